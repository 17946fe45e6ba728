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
    public static RecentGrowth? Find(IReadOnlyList<BlackBoxHistory.Row> history)
    {
        BlackBoxHistory.Row[] known = [.. history.Where(static row => row.Used != BlackBoxFormat.Unknown)];
        if (known.Length < 2)
        {
            return null;
        }

        BlackBoxHistory.Row end = known[^1];
        BlackBoxHistory.Row start = known.Aggregate(static (lowest, row) => row.Used <= lowest.Used ? row : lowest);
        TimeSpan window = new(end.Elapsed - start.Elapsed);
        long bytes = end.Used - start.Used;
        return window <= TimeSpan.Zero || bytes < LeastBytes || bytes < start.Used * LeastRatio || (window < LeastWindow && bytes < Burst)
            ? null
            : new RecentGrowth(Step(start.Heap, end.Heap) > Step(start.Unmanaged, end.Unmanaged), bytes / window.TotalHours, window);
    }

    private static long Step(long start, long end) => start == BlackBoxFormat.Unknown || end == BlackBoxFormat.Unknown ? 0 : end - start;
}
