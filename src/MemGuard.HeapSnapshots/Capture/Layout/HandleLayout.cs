using System.Runtime;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Where the links between the tables of GC handles lie: they moved between builds, so they are found from handles of our own.</summary>
/// <remarks>A table is a list of segments of 64 KB: a header of 4 KB, then blocks of 64 handles of one kind each (handletablepriv.h in dotnet/runtime).</remarks>
/// <param name="FirstSegment">Offset of the first segment's address in a table.</param>
/// <param name="SegmentTable">Offset of the table's address in a segment; the next segment's lies just before it.</param>
internal readonly record struct HandleLayout(int FirstSegment, int SegmentTable)
{
    public const ulong SegmentBytes = 0x10000;
    public const int HeaderBytes = 0x1000;
    public const int HandlesPerBlock = 64;
    public const int BlockBytes = HandlesPerBlock * 8;
    public const int Blocks = (int)((SegmentBytes - HeaderBytes) / BlockBytes);

    // The header's arrays: 4 bytes of age, 1 of allocation and 8 of free bits a block come first.
    public const int BlockKinds = Blocks * 13;
    public const int BlockUserData = Blocks * 14;

    private const int SearchedFrom = Blocks * 16;
    private const int SearchedTo = SearchedFrom + 256;
    private const int TableSearchedTo = 256;
    private const int MaxSegments = 100_000;
    private const int MapSlots = 10;
    private const int MaxTables = 1024;

    public int NextSegment => SegmentTable - 8;

    /// <exception cref="InvalidDataException">Our own handles are not where they should be.</exception>
    public static HandleLayout Calibrate(MemoryView memory, ulong map)
    {
        object target = new();
        GCHandle strong = GCHandle.Alloc(target);
        GCHandle pinned = GCHandle.Alloc(target, GCHandleType.Pinned);
        using DependentHandle dependent = new(target, target);
        try
        {
            ulong segment = SegmentOf(strong);
            if (KindOf(memory, strong) != (byte)HandleKind.Strong || KindOf(memory, pinned) != (byte)HandleKind.Pinned)
            {
                throw new InvalidDataException("the table of GC handles has another form");
            }

            // The structure is packed, so its links need not be aligned.
            foreach (ulong table in CandidateTables(memory, map))
            {
                for (int link = SearchedFrom; link < SearchedTo; link++)
                {
                    if (memory.ReadUInt64(segment + (ulong)link) == table && FindFirstSegment(memory, table, segment, link) is { } first)
                    {
                        return new HandleLayout(first, link);
                    }
                }
            }

            throw new InvalidDataException("the table of our own GC handle was not found");
        }
        finally
        {
            strong.Free();
            pinned.Free();
        }
    }

    /// <summary>The tables of all heaps. How many a bucket has is not known: the first that is none ends it.</summary>
    public IEnumerable<ulong> FindTables(MemoryView memory, ulong map)
    {
        int previous = SegmentTable;
        int first = FirstSegment;
        return CandidateTables(memory, map, table =>
            memory.TryReadUInt64(table + (ulong)first, out ulong segment) && segment != 0 && segment % SegmentBytes == 0
            && memory.TryReadUInt64(segment + (ulong)previous, out ulong back) && back == table);
    }

    private static IEnumerable<ulong> CandidateTables(MemoryView memory, ulong map, Func<ulong, bool>? isTable = null)
    {
        for (; map != 0; map = memory.ReadUInt64(map + 8))
        {
            ulong buckets = memory.ReadUInt64(map);
            for (int i = 0; i < MapSlots; i++)
            {
                ulong bucket = memory.ReadUInt64(buckets + ((ulong)i * 8));
                if (bucket == 0)
                {
                    continue;
                }

                ulong tables = memory.ReadUInt64(bucket);
                for (int j = 0; j < MaxTables && memory.TryReadUInt64(tables + ((ulong)j * 8), out ulong table) && table != 0; j++)
                {
                    if (isTable?.Invoke(table) == false)
                    {
                        break;
                    }

                    yield return table;
                }
            }
        }
    }

    private static int? FindFirstSegment(MemoryView memory, ulong table, ulong wanted, int link)
    {
        for (int offset = 0; offset < TableSearchedTo; offset += 8)
        {
            if (!memory.TryReadUInt64(table + (ulong)offset, out ulong segment))
            {
                return null;
            }

            for (int i = 0; i < MaxSegments && segment != 0 && segment % SegmentBytes == 0; i++)
            {
                if (segment == wanted)
                {
                    return offset;
                }

                if (!memory.TryReadUInt64(segment + (ulong)link, out ulong back) || back != table || !memory.TryReadUInt64(segment + (ulong)link - 8, out segment))
                {
                    break;
                }
            }
        }

        return null;
    }

    private static ulong SegmentOf(GCHandle handle) => SlotOf(handle) & ~(SegmentBytes - 1);

    private static ulong SlotOf(GCHandle handle) => (ulong)GCHandle.ToIntPtr(handle) & ~1UL;

    private static byte KindOf(MemoryView memory, GCHandle handle)
    {
        ulong segment = SegmentOf(handle);
        int block = (int)((SlotOf(handle) - segment - HeaderBytes) / BlockBytes);
        Span<byte> kind = stackalloc byte[1];
        return memory.TryRead(segment + BlockKinds + (ulong)block, kind) ? kind[0] : byte.MaxValue;
    }
}
