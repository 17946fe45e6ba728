namespace MemGuard.Recording;

/// <summary>How memory grew in the last minutes of a process.</summary>
/// <param name="IsManaged">Whether most of it was the managed heap.</param>
/// <param name="BytesPerHour">How fast.</param>
/// <param name="Window">For how long.</param>
internal sealed record RecentGrowth(bool IsManaged, double BytesPerHour, TimeSpan Window)
{
    /// <summary>What is worth a word: noise of a few megabytes is none.</summary>
    private const long LeastBytes = 4L << 20;
    private const double LeastRatio = 0.05;

    /// <summary>Every process grows in its first moments: in less time than this only a burst is worth a word.</summary>
    private static readonly TimeSpan LeastWindow = TimeSpan.FromSeconds(10);
    private const long Burst = 64L << 20;

    /// <summary>The growth from the lowest point on to the end; null when it did not grow by anything that matters.</summary>
    public static RecentGrowth? Find(BlackBoxHistory.Row[] history)
    {
        BlackBoxHistory.Row start = default;
        BlackBoxHistory.Row end = default;
        int known = 0;
        foreach (BlackBoxHistory.Row row in history)
        {
            if (row.Used != BlackBoxFormat.Unknown)
            {
                start = known == 0 || row.Used <= start.Used ? row : start;
                end = row;
                known++;
            }
        }

        if (known < 2)
        {
            return null;
        }

        TimeSpan window = new(end.Elapsed - start.Elapsed);
        long bytes = end.Used - start.Used;
        return window <= TimeSpan.Zero || bytes < LeastBytes || bytes < start.Used * LeastRatio || (window < LeastWindow && bytes < Burst)
            ? null
            : new RecentGrowth(Step(start.Heap, end.Heap) > Step(start.Unmanaged, end.Unmanaged), bytes / window.TotalHours, window);
    }

    private static long Step(long start, long end) => start == BlackBoxFormat.Unknown || end == BlackBoxFormat.Unknown ? 0 : end - start;
}
