namespace MemGuard.Trends;

/// <summary>What is known to make growth, and what that eases (detector-method.md, "The tests").</summary>
internal sealed record CauseRules
{
    /// <summary>A healthy finalizer thread was never seen later than 8 seconds; a blocked one is late for ever.</summary>
    public double BlockedFinalizerSeconds { get; init; } = 30;

    /// <summary>Factor on the demands while what makes growth is seen as well: timers or assemblies that climb, a blocked finalizer.</summary>
    public double Factor { get; init; } = 0.35;

    /// <summary>
    /// Timers and assemblies climb at every start too, and those of sessions until the first ones expire, usually after twenty
    /// minutes: they count as a cause for growth of at least half an hour. No healthy start blocks the finalizer.
    /// </summary>
    public double LeastSpanSeconds { get; init; } = 1800;

    /// <summary>Factor for free space within the heap: it fills to a level of its own, but no cache does for hours.</summary>
    public double FragmentationFactor { get; init; } = 0.6;
}
