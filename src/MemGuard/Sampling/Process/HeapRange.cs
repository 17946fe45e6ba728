using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemGuard.Containers;

namespace MemGuard.Sampling;

/// <summary>The addresses that the GC has reserved for its regions: every managed object that can move or die is in there.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="End">The first byte behind it.</param>
internal readonly record struct HeapRange(ulong Start, ulong End)
{
    private const ulong RegionAlignment = 1 << 20;
    private const ulong LargestAlignment = 4 << 20;

    /// <summary>Finds the range in a list of maps.</summary>
    /// <remarks>
    /// The runtime tells how much it reserved, not where. The kernel merges the reservation with its neighbours of equal rights (below, the
    /// GC's card tables; above, often arenas of malloc), so the maps around an object are candidates for its upper end, and the lower one is
    /// as far from it as the runtime said. A region must begin near there: at the very start it may have merged with what lies below, then it
    /// is the next one, a large region behind.
    /// </remarks>
    /// <param name="maps">The lines of <c>/proc/self/maps</c>.</param>
    /// <param name="objectAddress">The address of any object that is not frozen.</param>
    /// <param name="reservedBytes">The runtime's <c>GCRegionRange</c>.</param>
    public static HeapRange? Find(SystemLines maps, ulong objectAddress, ulong reservedBytes)
    {
        if (reservedBytes == 0)
        {
            return null;
        }

        List<Map> chain = ContiguousAround(maps, objectAddress);
        if (chain.Count == 0)
        {
            return null;
        }

        ulong bottom = chain[0].Start;
        foreach (Map map in chain)
        {
            if (map.End <= objectAddress || map.End - bottom < reservedBytes)
            {
                continue;
            }

            ulong reservedFrom = map.End - reservedBytes;
            ulong first = (reservedFrom + RegionAlignment - 1) / RegionAlignment * RegionAlignment;
            foreach (Map candidate in chain)
            {
                // The first region starts at most one large region's alignment behind the start of the reservation.
                if (candidate.IsWritable && candidate.Start % RegionAlignment == 0 && candidate.Start >= first
                    && candidate.Start <= objectAddress && candidate.Start - first <= 32 * RegionAlignment)
                {
                    // Regions begin at multiples of their size; what lies before the first of them belongs to the map below.
                    return new HeapRange(candidate.Start - first < LargestAlignment ? candidate.Start : first, map.End);
                }
            }
        }

        return null;
    }

    /// <summary>Whether an address is in the range.</summary>
    public bool Contains(ulong address) => address >= Start && address < End;

    /// <summary>The address of an array's first element; the array may move afterwards, but not out of the range.</summary>
    public static unsafe ulong AddressOf(byte[] array) => (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));

    private static List<Map> ContiguousAround(SystemLines maps, ulong address)
    {
        List<Map> chain = [];
        while (maps.TryRead(out ReadOnlySpan<byte> line))
        {
            if (Parse(line) is not { } map)
            {
                continue;
            }

            if (!map.IsUnnamed || (chain.Count > 0 && chain[^1].End != map.Start))
            {
                if (chain.Count > 0 && chain[^1].End > address)
                {
                    break;
                }

                chain.Clear();
            }

            if (map.IsUnnamed)
            {
                chain.Add(map);
            }
        }

        return chain.Count > 0 && chain[0].Start <= address && address < chain[^1].End ? chain : [];
    }

    /// <summary>Reads <c>7f0-7f1 rw-p 00000000 00:00 0 [name]</c>.</summary>
    private static Map? Parse(ReadOnlySpan<byte> line)
    {
        int dash = line.IndexOf((byte)'-');
        int space = line.IndexOf((byte)' ');
        if (dash <= 0 || space <= dash || line.Length < space + 6
            || !SystemText.TryParseHexadecimal(line[..dash], out ulong start)
            || !SystemText.TryParseHexadecimal(line[(dash + 1)..space], out ulong end)
            || end <= start)
        {
            return null;
        }

        // The fifth field is the inode, and what follows it the name.
        ReadOnlySpan<byte> rights = line.Slice(space + 1, 4);
        while (line is [.., (byte)' '])
        {
            line = line[..^1];
        }

        return new Map(start, end, rights[1] == (byte)'w', rights[3] == (byte)'p' && line.EndsWith(" 00:00 0"u8));
    }

    // A class: lists of a structure of ours would be compiled at every start.
    private sealed record Map(ulong Start, ulong End, bool IsWritable, bool IsUnnamed);
}
