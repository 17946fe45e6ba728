namespace MemGuard.Containers;

/// <summary>Reads pressure-stall information: how long tasks waited for memory.</summary>
internal static class PressureStall
{
    /// <summary>The cumulative time of the line <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=123</c>, which counts microseconds.</summary>
    public static TimeSpan? Parse(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        if (end < 0 || !text.StartsWith("some "u8))
        {
            return null;
        }

        ReadOnlySpan<byte> line = text[..end];
        int total = line.IndexOf(" total="u8);
        return total >= 0
            && SystemText.TryParseNumber(line[(total + " total="u8.Length)..], out long microseconds)
            && microseconds <= long.MaxValue / TimeSpan.TicksPerMicrosecond
                ? TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond)
                : null;
    }
}
