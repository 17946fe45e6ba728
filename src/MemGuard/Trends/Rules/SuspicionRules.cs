namespace MemGuard.Trends;

/// <summary>
/// When a level that may still contain dead objects counts as growing. Tuned to suspect each recorded leak within 30 to 90 s of its
/// start (RecordedSeriesTests); a healthy service of the simulator is suspected 0.8 times a day (benchmarks/results/detector-evaluation.md).
/// </summary>
internal sealed record SuspicionRules
{
    public double BucketSeconds { get; init; } = 5;

    public double LeastGrowthBytes { get; init; } = 8 << 20;

    /// <summary>Least growth over the level it began at.</summary>
    public double LeastGrowthRatio { get; init; } = 0.10;

    /// <summary>The last value over every one before.</summary>
    public double LeastNewHighRatio { get; init; } = 1.02;

    /// <summary>The fewest points, and the share of the window that they must span.</summary>
    public int LeastPoints { get; init; } = 5;

    public double LeastSpanShare { get; init; } = 0.7;

    /// <summary>Mann-Kendall z, one-sided p of 0.023: it only keeps noise from asking for a collection.</summary>
    public double LeastKendallZ { get; init; } = 2;

    /// <summary>Of growth outside the heap, the share that the C library's allocator must have seen too, where it can be asked.</summary>
    public double LeastWitnessShare { get; init; } = 0.4;

    /// <summary>Slope of the second half over that of the whole.</summary>
    public double LeastHalfSlopeRatio { get; init; } = 0.7;

    /// <summary>The short window, for what is urgent: the limit within a quarter of an hour and a tenth of the headroom eaten.</summary>
    public double ShortWindowSeconds { get; init; } = 45;

    public double ShortWindowFactor { get; init; } = 1;

    public double ShortHalfSlopeRatio { get; init; } = 0.75;

    public double UrgentSeconds { get; init; } = 900;

    public double UrgentShare { get; init; } = 0.1;

    /// <summary>The long window, for the rest: what is further away than two hours can wait for the buckets.</summary>
    public double LongWindowSeconds { get; init; } = 180;

    public double LongWindowFactor { get; init; } = 2;

    public double LongHalfSlopeRatio { get; init; } = 0.8;

    public double FarSeconds { get; init; } = 2 * 3600;

    /// <summary>Whether three collections do where they are rare: each far above the one before, and the limit near.</summary>
    public bool TakesFewSteps { get; init; } = true;

    public int FewSteps { get; init; } = 3;

    public double FewStepsLeastSeconds { get; init; } = 24;

    public double FewStepsMostSeconds { get; init; } = 120;

    public double FewStepsFactor { get; init; } = 2;

    /// <summary>Share of the growth that each of the steps must bring.</summary>
    public double FewStepsLeastShare { get; init; } = 0.2;

    /// <summary>Factor on <see cref="UrgentShare"/>.</summary>
    public double FewStepsUrgentFactor { get; init; } = 1.2;

    /// <summary>A value this far above the highest is a new high: growth goes on.</summary>
    public double GoesOnRatio { get; init; } = 1.002;

    /// <summary>Without a new high for this long and this many values, growth has stopped.</summary>
    public double StallSeconds { get; init; } = 90;

    public int StallValues { get; init; } = 3;

    /// <summary>After a suspicion that came to nothing the level must pass the old high by this factor, and time must pass.</summary>
    public double AgainRatio { get; init; } = 1.1;

    public double FirstPauseSeconds { get; init; } = 2 * 3600;

    public double PauseFactor { get; init; } = 4;

    public double LongestPauseSeconds { get; init; } = 24 * 3600;
}
