namespace MemGuard.Trends;

/// <summary>What may be set in the detector. The defaults are those for which docs/detector.md states the error rates.</summary>
internal sealed record TrendSettings
{
    /// <summary>Uptime before which nothing is suspected.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(30);

    public Sensitivity Sensitivity { get; init; } = Sensitivity.Normal;

    /// <summary>Growth below this is never reported, in bytes.</summary>
    public long MinimumGrowthBytes { get; init; } = 4L << 20;

    /// <summary>Growth below this share of the level at the window's start is never reported.</summary>
    public double MinimumGrowthRatio { get; init; } = 0.05;

    /// <summary>Slow growth is reported when it reaches the limit within this time.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Time without evidence after which a confirmed problem ends.</summary>
    public TimeSpan Rearm { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Whether the report may ask for a full collection that confirms or withdraws a suspicion.</summary>
    public bool ConfirmWithFullCollection { get; init; } = true;

    /// <summary>Share of time in collection pauses, 0–100, that counts as thrashing when it lasts two minutes.</summary>
    public double PausePercentage { get; init; } = 15;

    /// <summary>Share of the heap limit above which frequent full collections count as thrashing.</summary>
    public double HeapLimitRatio { get; init; } = 0.85;

    /// <summary>Share of the memory limit in use, without growth, that counts as near it.</summary>
    public double NearLimitRatio { get; init; } = 0.88;

    /// <summary>Factor on every demand for growth.</summary>
    internal double Strictness => Sensitivity switch
    {
        Sensitivity.Low => 1.4,
        Sensitivity.High => 0.7,
        _ => 1.0,
    };
}
