namespace MemGuard.Trends;

/// <summary>
/// Whether growth has eaten enough of the headroom to be more than a warm-up: the longer it has gone on, the less is enough. A start
/// lasts minutes, a job a quarter of an hour, a cache fills for hours; what grows for a day is hardly any of these. The shares
/// were chosen on tuning seeds: what is gained in time is paid in false alarms.
/// </summary>
internal sealed record ImportanceRules
{
    /// <summary>Share of the headroom that growth over three hours must have eaten: 0.21 has the same F1 on a block of tuning seeds, with 16 instead of 19 false alarms in 1000 days and a latency of 0.15 instead of 0.13.</summary>
    public double ShareAtThreeHours { get; init; } = 0.15;

    /// <summary>Exponent by which the share falls with time. The same share however long costs more than a tenth of the recall (0.955 → 0.818).</summary>
    public double Decline { get; init; } = 0.7;

    /// <summary>Within two hours starts, jobs and caches look alike: there the share stops rising.</summary>
    public double LargestShare { get; init; } = 0.27;

    /// <summary>Growth of less than a quarter of an hour, in a service that has run for more than half an hour, is more often a job than a leak.</summary>
    public double ShortSpanSeconds { get; init; } = 900;

    public double ShortSpanUptimeSeconds { get; init; } = 1800;

    public double ShortSpanShare { get; init; } = 0.32;

    /// <summary>Factor for growth after a quiet past, which is no cache that fills since the start.</summary>
    public double QuietFactor { get; init; } = 0.65;

    /// <summary>Share of the uptime: growth shorter than this had a quiet past, longer than <see cref="WholeLifeShare"/> none, between them a part.</summary>
    public double QuietLifeShare { get; init; } = 0.60;

    public double WholeLifeShare { get; init; } = 0.85;

    /// <summary>Least share where no limit is known and the headroom is a guess.</summary>
    public double AssumedHeadroomShare { get; init; } = 0.23;

    /// <summary>From here on growth must also reach the limit within the horizon, or be large compared with where it began.</summary>
    public double LongSpanSeconds { get; init; } = 4 * 3600;

    /// <summary>Growth over the level it began at that counts as large: no limit is so far away that a third more does not matter.</summary>
    public double LargeGrowthRatio { get; init; } = 0.3;

    /// <summary>Points of a window that decides by the size of growth alone, of 24: two in three buckets must have a value.</summary>
    public int LeastPointsOfBig { get; init; } = 17;

    /// <summary>Growth over the level it began at that is a leak whatever the limit.</summary>
    public double BigGrowthRatio { get; init; } = 0.45;

    /// <summary>Memory outside the heap starts from little, so more is asked of it.</summary>
    public double BigUnmanagedGrowthRatio { get; init; } = 0.60;

    /// <summary>Twenty minutes of very large growth are enough with <see cref="BigShare"/> of the headroom.</summary>
    public double BigSpanSeconds { get; init; } = 1200;

    public double BigShare { get; init; } = 0.22;

    /// <summary>Where the headroom is a guess, an hour of it.</summary>
    public double BigSpanWithoutLimitSeconds { get; init; } = 3600;

    /// <summary>
    /// Growth of this share of its own base over <see cref="OwnBaseSpanSeconds"/> counts whatever the headroom: the process without a limit is
    /// otherwise never told. Three examinations of such windows take hours: what is told has grown by 0.6.
    /// </summary>
    public double OwnBaseRatio { get; init; } = 0.5;

    public double OwnBaseSpanSeconds { get; init; } = 12 * 3600;

    /// <summary>Bytes below which growth of its own base says nothing: a process of a few megabytes doubles with a cache.</summary>
    public double OwnBaseLeastBytes { get; init; } = 48 << 20;

    /// <summary>Growth to a multiple of its base within minutes counts as well, when it is this many bytes.</summary>
    public double MultipleLeastBytes { get; init; } = 384 << 20;

    /// <summary>Multiple of the first quarter's level: a straight line from nothing reaches seven and a half.</summary>
    public double MultipleRatio { get; init; } = 4;

    public double MultipleSpanSeconds { get; init; } = 390;

    /// <summary>Least growth outside the heap over that of the heap: the C library's arenas alone take megabytes at a start.</summary>
    public double UnmanagedGrowthFactor { get; init; } = 2;
}
