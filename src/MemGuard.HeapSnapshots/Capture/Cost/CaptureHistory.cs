namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Foretells what the next walk of the heap costs: from the last one, and before the first from what the runtime knows.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
/// <param name="collectingThreads">Threads that mark in parallel in a blocking collection.</param>
/// <param name="timeProvider">Tells how long ago the last walk was.</param>
internal sealed class CaptureHistory(int collectingThreads, TimeProvider timeProvider)
{
    // Measured: 32 bytes an object and 12 a reference in the stream, 1.04 references an object; two are assumed before the first walk has counted them.
    private const int StreamBytesPerObject = 32;
    private const int StreamBytesPerEdge = 12;
    private const int AssumedEdges = 2;
    private const int AnalysisBytesPerObject = 60;
    private const int SmallestObject = 24;

    // Measured on heaps of small objects: 50 to 71 bytes an object.
    private const int FewestBytesPerObject = 50;

    // Measured: a blocking collection marks an object in 33 to 52 ns on one thread.
    private const double LeastMarkNanoseconds = 20;
    private const double MostMarkNanoseconds = 60;
    private const double WalkNanoseconds = 250;

    // Little of a small heap's collection is marking: scaled to a heap of twice the size or more, it foretells too long a pause.
    private const double StaleShare = 0.5;

    // A machine that was starved once must not forbid every later snapshot.
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(1);

    private Walk? _last;

    /// <summary>Whether nothing was counted yet.</summary>
    public bool IsGuess => _last is not { IsComplete: true };

    /// <summary>Whether a blocking full collection would make the estimate better: how long it takes says how many objects there are. One of a much smaller heap, scaled, says little.</summary>
    public bool WouldLearnFrom(HeapFigures now) => _last is null && (now.FullPause is null || now.FullPauseSmallBytes < now.SmallBytes * StaleShare);

    /// <summary>How long such a collection would take at most.</summary>
    public static TimeSpan CollectionPause(HeapFigures now) => TimeSpan.FromMicroseconds(now.SmallBytes / FewestBytesPerObject * MostMarkNanoseconds / 1000);

    /// <param name="now">The heap now.</param>
    public CaptureEstimate Estimate(HeapFigures now)
    {
        double objects = Math.Max(EstimateObjects(now), 1);
        double edges = _last is { IsComplete: true } counted ? counted.Edges * (objects / counted.Objects) : objects * AssumedEdges;
        return new CaptureEstimate((long)objects, EstimatePause(now, objects), (long)((objects * StreamBytesPerObject) + (edges * StreamBytesPerEdge)), (long)(objects * AnalysisBytesPerObject))
        {
            IsGuess = IsGuess,
        };
    }

    /// <summary>Remembers what a walk counted.</summary>
    /// <param name="figures">The heap just after it.</param>
    /// <param name="objects">Objects that it delivered.</param>
    /// <param name="edges">References that it delivered.</param>
    /// <param name="pause">How long it stopped the process; on a starved machine that is much more than was promised, and the next promise says so.</param>
    /// <param name="isComplete">Whether these are all: else there are at least so many.</param>
    public void Remember(HeapFigures figures, long objects, long edges, TimeSpan pause, bool isComplete)
    {
        if (objects > 0)
        {
            // A figure of the runtime that cannot be, such as one of a collection that has just begun, must not spoil every later estimate.
            _last = new Walk(timeProvider.GetTimestamp(), Math.Max(figures.SmallBytes, objects * SmallestObject), objects, edges, pause, isComplete);
        }
    }

    private TimeSpan EstimatePause(HeapFigures now, double objects)
    {
        TimeSpan expected = ScaledFullPause(now) + TimeSpan.FromMicroseconds(objects * WalkNanoseconds / 1000);
        if (_last is not { } last)
        {
            return expected;
        }

        TimeSpan excess = (last.Pause * ((double)now.SmallBytes / last.SmallBytes)) - expected;
        return excess <= TimeSpan.Zero ? expected : expected + (excess * Math.Pow(0.5, timeProvider.GetElapsedTime(last.Timestamp) / HalfLife));
    }

    private double EstimateObjects(HeapFigures now)
    {
        if (_last is { IsComplete: true } last)
        {
            return last.Objects * ((double)now.SmallBytes / last.SmallBytes);
        }

        double most = (double)now.SmallBytes / FewestBytesPerObject;
        double byPause = now.FullPause is null ? double.MaxValue : ScaledFullPause(now).TotalNanoseconds * collectingThreads / LeastMarkNanoseconds;
        return Math.Max(Math.Min(most, byPause), _last?.Objects ?? 0);
    }

    private static TimeSpan ScaledFullPause(HeapFigures now) =>
        now.FullPause is { } pause ? pause * Math.Max(1, (double)now.SmallBytes / Math.Max(now.FullPauseSmallBytes, 1 << 20)) : TimeSpan.Zero;

    private sealed record Walk(long Timestamp, long SmallBytes, long Objects, long Edges, TimeSpan Pause, bool IsComplete);
}
