namespace MemGuard.Trends;

/// <summary>
/// What the growth of a window of buckets must look like: the tests of detector-method.md, in the order in which they
/// are made. What each of them carries is measured there under "What each rule carries".
/// </summary>
internal sealed record WindowRules
{
    /// <summary>Three points a quarter of the window: the fewest of which a median leaves out one.</summary>
    public int LeastPoints { get; init; } = 12;

    /// <summary>Share of a window's length that its points must span: half is what twelve of 24 buckets do without a gap.</summary>
    public double LeastSpanShare { get; init; } = 0.5;

    /// <summary>Most of the rise that one quarter may bring: a straight line brings a third, a reload or a new tenant nearly all.</summary>
    public double LargestQuarterShare { get; init; } = 0.62;

    /// <summary>From here on a window has seen most of a day, and quarters differ by its load.</summary>
    public double QuartersWaivedFromSeconds { get; init; } = 20 * 3600;

    /// <summary>The largest steps of the lower envelope: of 23 equal ones six make a quarter.</summary>
    public int JumpSteps { get; init; } = 6;

    /// <summary>Most of the envelope's rise that those steps may make.</summary>
    public double LargestJumpShare { get; init; } = 0.85;

    /// <summary>Growth that has eaten half of the headroom need not be gradual: who waits for a smoother picture waits for the end.</summary>
    public double UndisputedUrgency { get; init; } = 0.5;

    /// <summary>The last floor over the highest before the window: what has been reached before and was survived is no news.</summary>
    public double LeastNewHighRatio { get; init; } = 1.02;

    /// <summary>Within these hours every old peak counts: a ramp to where the level has been is no leak. Over more only levels that were held for half an hour do, or one old peak would hide a leak.</summary>
    public double PeaksCountWithinSeconds { get; init; } = 9 * 3600;

    /// <summary>What has fallen before will fall again: growth within less than a day must exceed the largest fall of the last two days by this factor.</summary>
    public double LeastGrowthOverFall { get; init; } = 1.5;

    /// <summary>From here on a window has seen the day's whole wave.</summary>
    public double FallsCountWithinSeconds { get; init; } = 20 * 3600;

    /// <summary>A logarithm or a saturation that leaves less than this share of the straight line's squares: what bends so clearly fills up.</summary>
    public double LeastBendRatio { get; init; } = 0.7;

    /// <summary>
    /// Squares that a wave of one day leaves over those that growth leaves, the points before the window included: below this the rise may be
    /// half of a day. Of 81 false alarms in 1000 days of connections in their first day, on tuning seeds, 21 are left; no leak is missed for it.
    /// </summary>
    public double LeastWaveRatio { get; init; } = 1.25;

    /// <summary>A quarter of a day: over less any curve is a piece of a wave. What is known before the window counts too.</summary>
    public double WavesCountFromSeconds { get; init; } = 6 * 3600;

    /// <summary>From here on a window has seen a day's wave come and go, and half a wave is no explanation any more.</summary>
    public double WavesCountWithinSeconds { get; init; } = 20 * 3600;

    /// <summary>Uptime after which a wave has fallen once, whenever in the day the process began.</summary>
    public double WavesFallWithinSeconds { get; init; } = 30 * 3600;

    /// <summary>The largest fall of the last two days over the growth: with less there is no wave.</summary>
    public double LeastWaveFall { get; init; } = 0.5;

    /// <summary>Seconds of uptime that belong to the start, which is no part of a wave.</summary>
    public double StartSeconds { get; init; } = 1800;

    /// <summary>Slope of the second half over that of the first: what fills up bends long before it is full. Demanding 0.9 misses leaks that wander.</summary>
    public double LeastHalfSlopeRatio { get; init; } = 0.85;

    /// <summary>A second half that much steeper is a start of something, not growth that goes on; over hours leaks may accelerate as they like.</summary>
    public double LargestHalfSlopeRatio { get; init; } = 3.5;

    /// <summary>The same for growth that counts by its size alone.</summary>
    public double LargestHalfSlopeRatioOfBig { get; init; } = 2.5;

    /// <summary>Above this the second half alone tells how steep it is now.</summary>
    public double AcceleratingRatio { get; init; } = 1.5;

    /// <summary>Slope before the window over the slope within: what was steeper before levels off at a larger scale.</summary>
    public double LargestOlderSlopeRatio { get; init; } = 1.3;

    /// <summary>Points before the window from which their slope says anything.</summary>
    public int LeastOlderPoints { get; init; } = 6;

    /// <summary>Upper end of the slope's 95 % interval over the lower: growth that may as well be half as steep again says little about what comes (detector-method.md, "Why not sooner": 0.960 recall at 22 false alarms without it, 0.955 at 21 with it).</summary>
    public double LargestSlopeWidth { get; init; } = 1.5;

    /// <summary>Of growth outside the heap, the share that the C library's allocator must have seen too.</summary>
    public double LeastWitnessShare { get; init; } = 0.4;

    /// <summary>Pages of a large array that was freed stay resident for minutes: without an allocator to ask, growth must outlast them.</summary>
    public double UnwitnessedSpanSeconds { get; init; } = 300;

    /// <summary>What grows for this long though the allocator denies it are maps, which the allocator does not know.</summary>
    public double ContradictedSpanSeconds { get; init; } = 1800;

    /// <summary>Growth of the managed heap over that outside: the GC's own books grow with the heap, 2.3 → 16 MB where no native code leaked.</summary>
    public double LargestManagedRatio { get; init; } = 3;

    /// <summary>Full collections that native memory must survive: handles that wait for their finalizer go with the first one.</summary>
    public double LeastCollections { get; init; } = 1;

    /// <summary>What has grown for an hour without a full collection is reported without one.</summary>
    public double CollectionsWaivedFromSeconds { get; init; } = 3600;
}
