using MemGuard.Containers;

namespace MemGuard.Sampling;

/// <summary>Sums the resident memory of the GC's maps from <c>smaps</c>.</summary>
internal static class HeapMaps
{
    private const int MostLines = 1 << 18;

    /// <param name="smaps">The lines of <c>/proc/self/smaps</c>.</param>
    /// <param name="range">Maps that reach into this range count; those that the kernel merged with a neighbour count in full.</param>
    /// <returns>Null when the text is not as the kernel writes it, and for a process with so many maps that it is not worth the time.</returns>
    public static long? SumResident(SystemLines smaps, HeapRange range)
    {
        long total = 0;
        int count = 0;
        bool isInside = false;
        bool isOpen = false;
        while (smaps.TryRead(out ReadOnlySpan<byte> line))
        {
            if (++count > MostLines)
            {
                return null;
            }

            if (TryParseHeader(line, out ulong start, out ulong end))
            {
                if (isOpen)
                {
                    return null;
                }

                isInside = start < range.End && end > range.Start;
                isOpen = isInside;
            }
            else if (isInside && line.StartsWith("Anonymous:"u8))
            {
                if (!TryParseKilobytes(line["Anonymous:"u8.Length..], out long bytes))
                {
                    return null;
                }

                total += bytes;
                isInside = false;
                isOpen = false;
            }
        }

        return isOpen || count == 0 || !smaps.IsWhole ? null : total;
    }

    private static bool TryParseHeader(ReadOnlySpan<byte> line, out ulong start, out ulong end)
    {
        start = end = 0;
        int dash = line.IndexOf((byte)'-');
        int space = line.IndexOf((byte)' ');
        return dash > 0
            && space > dash
            && SystemText.TryParseHexadecimal(line[..dash], out start)
            && SystemText.TryParseHexadecimal(line[(dash + 1)..space], out end);
    }

    private static bool TryParseKilobytes(ReadOnlySpan<byte> text, out long bytes)
    {
        bytes = 0;
        text = text.Trim((byte)' ');
        if (!text.EndsWith(" kB"u8)
            || !SystemText.TryParseNumber(text[..^3], out long kilobytes)
            || kilobytes > long.MaxValue >> 20)
        {
            return false;
        }

        bytes = kilobytes * 1024;
        return true;
    }
}
