using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The first pass over a frozen heap: finds every object, its type, its size and how many references it has.</summary>
internal sealed unsafe class HeapScan : IDisposable
{
    // The garbage collector keeps this much behind each thread's room, so that it can always be closed by a free object.
    private const ulong SmallestObjectBytes = 24;
    private const ulong LargestOwnRoom = 128 << 10;
    private const ulong ProbedBytes = 4096;
    private const int ObjectsInARow = 3;

    private readonly ObjectTypes _types;
    private readonly MemoryView _view;
    private readonly HeapWindow _window;
    private readonly ReferenceReader _references;

    // Where threads are allocating, by address; a mark that no region reaches stands at the end.
    private readonly (ulong Start, ulong End)[] _rooms;
    private int _nextRoom;

    private HeapScan(ProcessMemory memory, MemoryView view, ObjectTypes types, IEnumerable<RuntimeThread> threads)
    {
        _types = types;
        _view = view;
        _window = new HeapWindow(memory);
        _references = new ReferenceReader(_window);
        _rooms = [.. threads.Where(static thread => thread.AllocationStart != 0).Select(static thread => (thread.AllocationStart, thread.AllocationEnd)).Order(), (ulong.MaxValue, ulong.MaxValue)];
    }

    public ObjectList Objects { get; } = new();

    /// <summary>Bytes that could not be read as objects and are nobody's room to allocate in.</summary>
    public ulong GapBytes { get; private set; }

    /// <returns>The objects; the caller owns them.</returns>
    public static (ObjectList Objects, ulong GapBytes) Run(ProcessMemory memory, MemoryView view, IReadOnlyList<HeapRegion> regions, ObjectTypes types, IEnumerable<RuntimeThread> threads)
    {
        using HeapScan scan = new(memory, view, types, threads);
        try
        {
            foreach (HeapRegion region in regions)
            {
                scan.ScanRegion(region);
            }

            scan.Objects.Complete();
            return (scan.Objects, scan.GapBytes);
        }
        catch
        {
            scan.Objects.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _references.Dispose();
        _window.Dispose();
    }

    // Compiled fully at once: the first capture matters, and it is one long loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanRegion(HeapRegion region)
    {
        ulong at = region.Start;
        ulong end = region.End;
        while (at + SmallestObjectBytes <= end)
        {
            while (_rooms[_nextRoom].Start < at)
            {
                _nextRoom++;
            }

            if (_rooms[_nextRoom].Start == at)
            {
                at = _rooms[_nextRoom++].End + SmallestObjectBytes;
                continue;
            }

            int type = ReadObject(at, end, out ulong bytes);
            if (type < 0)
            {
                at = Skip(at, end);
                continue;
            }

            ref readonly ObjectType known = ref _types[type];
            uint edges = known.Runs is null ? 0 : known.ComponentBytes == 0 ? CountFields(known, at, end) : CountElements(known, at, bytes, end);
            bytes = (bytes + 7) & ~7UL;
            Objects.Add(at, (uint)(bytes / 8), known.IsFree ? -1 : type, edges);
            at += bytes;
        }
    }

    /// <returns>The type of the object at an address; -1 when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadObject(ulong at, ulong end, out ulong bytes)
    {
        byte* header = _window.At(at, 16, end);
        if (header is null)
        {
            throw Unreadable();
        }

        // The lowest bits are the garbage collector's marks.
        ulong id = *(ulong*)header & ~7UL;
        int type = id == 0 ? -1 : _types.GetOrAdd(id);
        bytes = 0;
        if (type >= 0)
        {
            ref readonly ObjectType known = ref _types[type];
            bytes = known.BaseBytes + ((ulong)known.ComponentBytes * *(uint*)(header + 8));
            if (at + ((bytes + 7) & ~7UL) > end || bytes / 8 > uint.MaxValue)
            {
                return -1;
            }
        }

        return type;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint CountFields(in ObjectType type, ulong at, ulong end)
    {
        byte* start = _window.At(at, type.BaseBytes, end);
        if (start is null)
        {
            throw Unreadable();
        }

        int[] runs = type.Runs!;
        uint count = 0;
        for (int i = 0; i < runs.Length; i += 2)
        {
            ulong* word = (ulong*)(start + runs[i]);
            for (ulong* last = word + (runs[i + 1] / 8); word < last; word++)
            {
                count += *word != 0 ? 1u : 0;
            }
        }

        return count;
    }

    private uint CountElements(in ObjectType type, ulong at, ulong bytes, ulong end)
    {
        uint count = 0;
        ulong position = 0;
        do
        {
            _references.Clear();
            position = _references.Add(type, at, bytes, end, position);
            count += (uint)_references.Count;
        }
        while (position != 0);
        return count;
    }

    // What is no object is one that a thread was about to make. Its own room ends it; without one, the next that reads as objects does.
    private ulong Skip(ulong at, ulong end)
    {
        (ulong room, ulong roomEnd) = _rooms[_nextRoom];
        if (room > at && room < end && room - at < LargestOwnRoom && IsZero(at, Math.Min(room, at + ProbedBytes), end))
        {
            return roomEnd + SmallestObjectBytes;
        }

        ulong next = FindNext(at + 8, end);
        GapBytes += next - at;
        return next;
    }

    private bool IsZero(ulong from, ulong to, ulong end)
    {
        for (ulong at = from; at < to; at += 8)
        {
            byte* word = _window.At(at, 8, end);
            if (word is null || *(ulong*)word != 0)
            {
                return false;
            }
        }

        return true;
    }

    private ulong FindNext(ulong from, ulong end)
    {
        for (ulong at = from; at + SmallestObjectBytes <= end; at += 8)
        {
            byte* word = _window.At(at, 8, end);
            if (word is null)
            {
                return end;
            }

            // Only types that were met: a word that happens to point at a description is no beginning.
            if (*(ulong*)word != 0 && _types.FindKnown(*(ulong*)word & ~7UL) >= 0 && IsRow(at, end))
            {
                return at;
            }
        }

        return end;
    }

    // Read beside the window, which must not be moved back and forth for every word that is tried.
    private bool IsRow(ulong at, ulong end)
    {
        for (int i = 0; i < ObjectsInARow && at + SmallestObjectBytes <= end; i++)
        {
            if (!_view.TryReadUInt64(at, out ulong id) || !_view.TryReadUInt64(at + 8, out ulong length) || _types.GetOrAdd(id & ~7UL) is not (>= 0 and int type))
            {
                return false;
            }

            at += (_types[type].BaseBytes + ((ulong)_types[type].ComponentBytes * (uint)length) + 7) & ~7UL;
            if (at > end)
            {
                return false;
            }
        }

        return true;
    }

    private static InvalidDataException Unreadable() => new("the frozen copy could not be read to its end");
}
