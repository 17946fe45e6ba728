using System.Globalization;

namespace MemGuard.Sampling;

/// <summary>Sums the resident memory of the GC's maps from <c>smaps</c>.</summary>
internal static class HeapMaps
{
    /// <summary>The largest text that is read: a process with very many maps is not worth the time.</summary>
    public const int LargestBytes = 8 << 20;

    /// <param name="smaps">The content of <c>/proc/self/smaps</c>.</param>
    /// <param name="range">Maps that reach into this range count; those that the kernel merged with a neighbour count in full.</param>
    /// <returns>Null when the text is not as the kernel writes it.</returns>
    public static long? SumResident(string smaps, HeapRange range)
    {
        long total = 0;
        bool isInside = false;
        bool isOpen = false;
        foreach (ReadOnlySpan<char> line in smaps.AsSpan().EnumerateLines())
        {
            if (TryParseHeader(line, out ulong start, out ulong end))
            {
                if (isOpen)
                {
                    return null;
                }

                isInside = start < range.End && end > range.Start;
                isOpen = isInside;
            }
            else if (isInside && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (!TryParseKilobytes(line["Anonymous:".Length..], out long bytes))
                {
                    return null;
                }

                total += bytes;
                isInside = false;
                isOpen = false;
            }
        }

        return isOpen || smaps.Length == 0 || smaps[^1] != '\n' ? null : total;
    }

    private static bool TryParseHeader(ReadOnlySpan<char> line, out ulong start, out ulong end)
    {
        start = end = 0;
        int dash = line.IndexOf('-');
        int space = line.IndexOf(' ');
        return dash > 0
            && space > dash
            && ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out start)
            && ulong.TryParse(line[(dash + 1)..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out end);
    }

    private static bool TryParseKilobytes(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        text = text.Trim(' ');
        if (!text.EndsWith(" kB", StringComparison.Ordinal)
            || !long.TryParse(text[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            || kilobytes > long.MaxValue >> 20)
        {
            return false;
        }

        bytes = kilobytes * 1024;
        return true;
    }
}
