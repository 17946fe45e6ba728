namespace MemGuard.Trends;

/// <summary>
/// When a full collection would tell something (detector.md, "Asking for full collections"): 13 a day in the healthy services of the
/// simulator, of 24 that the budget allows.
/// </summary>
internal sealed record CollectionRequestRules
{
    /// <summary>Between two of one suspicion: nearer ones measure the same objects.</summary>
    public double SpacingSeconds { get; init; } = 10;

    /// <summary>A suspicion that has lasted may wait for a quarter of that time.</summary>
    public double SpacingPerAge { get; init; } = 0.25;

    /// <summary>Handles die with the collection that finds them unreachable: outside the heap one says more than three.</summary>
    public double UnmanagedSpacingSeconds { get; init; } = 30;

    public double UnmanagedSpacingPerAge { get; init; } = 0.5;

    /// <summary>For growth outside the heap that passed all tests but for a collection that it must survive.</summary>
    public double HandleSpacingSeconds { get; init; } = 600;

    /// <summary>Share of the headroom that the heap must have grown by since the last one: 0.02 finds as many leaks, some later (detector-method.md, "Why not sooner").</summary>
    public double LeastShare { get; init; } = 0.01;

    public double LargestShare { get; init; } = 0.20;

    /// <summary>Factor on the share after growth that was garbage.</summary>
    public double Backoff { get; init; } = 1.5;

    /// <summary>Of the growth, the share that must have been alive to ask soon again.</summary>
    public double AliveShare { get; init; } = 0.3;

    /// <summary>Least growth in times the user's least growth.</summary>
    public double LeastGrowthFactor { get; init; } = 2;

    public double ProbeSpacingSeconds { get; init; } = 60;

    /// <summary>A longer life has more time: twenty collections make a window of it.</summary>
    public double ProbeSpacingPerUptime { get; init; } = 0.05;
}
