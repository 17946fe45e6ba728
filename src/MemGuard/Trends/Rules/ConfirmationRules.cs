namespace MemGuard.Trends;

/// <summary>
/// What full collections must show to turn a suspicion into a leak, or to end it. The recording of an unbounded dictionary under
/// 512 MB is confirmed two minutes after its start by these; the caches that fill, of the recordings and of the simulator, are not.
/// </summary>
internal sealed record ConfirmationRules
{
    public int LeastReadings { get; init; } = 4;

    public double LeastSpanSeconds { get; init; } = 30;

    /// <summary>Seconds that two collections must be apart for the second to say anything about growth.</summary>
    public double PlateauSeconds { get; init; } = 8;

    /// <summary>From this distance on what was allocated while a background collection marked is small beside the growth.</summary>
    public double PlateauOneStepSeconds { get; init; } = 60;

    /// <summary>Less than this share of what the suspicion foretold is a plateau.</summary>
    public double PlateauShare { get; init; } = 0.2;

    /// <summary>What was foretold must be at least this share of the level, or the plateau is noise.</summary>
    public double PlateauLeastRatio { get; init; } = 0.01;

    /// <summary>Lower end of the slope's interval over the slope: a leak under steady load is as straight as a ruler.</summary>
    public double LeastLowerSlopeShare { get; init; } = 0.85;

    /// <summary>Slope of the second half over that of the whole: a warm-up bends within a minute.</summary>
    public double LeastHalfSlopeRatio { get; init; } = 0.9;

    /// <summary>A limit this near makes a fifth of the headroom important: five minutes and a half are what an operator needs to read one line.</summary>
    public double SoonSeconds { get; init; } = 330;

    /// <summary>Share of the headroom for two examinations, with the limit that near.</summary>
    public double SoonShare { get; init; } = 0.18;

    /// <summary>Share of the headroom for one examination.</summary>
    public double SureShare { get; init; } = 0.22;

    /// <summary>Later than the first half hour, half a minute of growth is more often a job than a leak: it must be larger.</summary>
    public double LateUptimeSeconds { get; init; } = 1800;

    public double LateShare { get; init; } = 0.40;

    /// <summary>Growth this large over two minutes is important, however far the limit.</summary>
    public double LargeShare { get; init; } = 0.35;

    public double LargeSpanSeconds { get; init; } = 120;

    /// <summary>
    /// Growth to a multiple of where the heap began (<see cref="ImportanceRules.MultipleRatio"/>), as straight as a ruler for this long, is important
    /// whatever the headroom: the process without a limit, whose machine has room for hours.
    /// </summary>
    public double ManifoldSpanSeconds { get; init; } = 300;

    /// <summary>Examinations in a row for what is soon and not sure.</summary>
    public int Passes { get; init; } = 2;
}
