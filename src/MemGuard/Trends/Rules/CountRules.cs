namespace MemGuard.Trends;

/// <summary>When the number of timers or assemblies climbs, which bytes hardly show.</summary>
internal sealed record CountRules
{
    /// <summary>Rise over a window that is worth a word.</summary>
    public required double LeastRise { get; init; }

    /// <summary>The same over the level it began at.</summary>
    public double LeastRiseRatio { get; init; } = 0.1;

    /// <summary>Seconds of uptime that belong to the start.</summary>
    public required double WarmUpSeconds { get; init; }

    /// <summary>Two scales: windows of two minutes and of two hours.</summary>
    public double ShortBucketSeconds { get; init; } = 5;

    public double LongBucketSeconds { get; init; } = 300;

    /// <summary>Three a quarter, as for other windows.</summary>
    public int LeastPoints { get; init; } = 12;

    /// <summary>Mann-Kendall z, one-sided p of 0.001: counts have no noise to speak of.</summary>
    public double LeastKendallZ { get; init; } = 3;

    /// <summary>Slope of the second half over that of the whole: sessions that begin to expire bend.</summary>
    public double LeastHalfSlopeRatio { get; init; } = 0.7;

    /// <summary>The last count over every one before: load comes back to where it was.</summary>
    public double LeastNewHighRatio { get; init; } = 1;

    /// <summary>Examinations in a row that must pass.</summary>
    public int Passes { get; init; } = 3;

    /// <summary>Examinations in a row without a pass that end it: two windows of the short scale.</summary>
    public int FailuresToEnd { get; init; } = 48;
}
