namespace MemGuard.Trends;

/// <summary>What one look at one window found: the figures of every test made, and the first that failed. NaN: not looked at.</summary>
internal record struct GrowthEvidence
{
    public GrowthEvidence()
    {
    }

    /// <summary>The rule that is met, or <see cref="GrowthRule.None"/>.</summary>
    public GrowthRule Rule { get; set; }

    /// <summary>The first test that failed; <see cref="GrowthTest.None"/> when all passed.</summary>
    public GrowthTest Failed { get; set; }

    public int Points { get; set; }

    /// <summary>Seconds from the first to the last point.</summary>
    public double Span { get; set; }

    /// <summary>Level at the start, in the series' own unit, as measured: of the first quarter, or the first point.</summary>
    public double Start { get; set; } = double.NaN;

    /// <summary>Level at the end, as measured: of the last quarter, or the last point.</summary>
    public double End { get; set; } = double.NaN;

    /// <summary>Seconds from <see cref="Start"/> to <see cref="End"/>; NaN where those are the first and the last point.</summary>
    public double BetweenLevels { get; set; } = double.NaN;

    /// <summary>Seconds from <see cref="Start"/> to <see cref="End"/>.</summary>
    public readonly double Between => double.IsNaN(BetweenLevels) ? Span : BetweenLevels;

    /// <summary>Growth over the whole window, less what the load explains.</summary>
    public double Growth { get; set; } = double.NaN;

    public double RequiredGrowth { get; set; } = double.NaN;

    /// <summary>Last quarter's load over the reference load.</summary>
    public double LoadRatio { get; set; } = double.NaN;

    /// <summary>Growth over (growth + headroom).</summary>
    public double Urgency { get; set; } = double.NaN;

    /// <summary>Urgency over the share of the headroom that growth of this length must have eaten.</summary>
    public double UrgencyRatio { get; set; } = double.NaN;

    /// <summary>The largest quarter step as a share of the rise; over 1 when a quarter fell.</summary>
    public double LargestQuarterShare { get; set; } = double.NaN;

    /// <summary>The six largest steps of the lower envelope as a share of its rise.</summary>
    public double JumpShare { get; set; } = double.NaN;

    /// <summary>The last floor over the highest before the window.</summary>
    public double NewHighRatio { get; set; } = double.NaN;

    /// <summary>Slope of the second half over that of the first.</summary>
    public double HalfSlopeRatio { get; set; } = double.NaN;

    public double RequiredSlopeRatio { get; set; } = double.NaN;

    /// <summary>The largest fall of the last two days over the growth.</summary>
    public double FallRatio { get; set; } = double.NaN;

    /// <summary>Squares that the best bending curve leaves over those that the best straight line leaves.</summary>
    public double BendRatio { get; set; } = double.NaN;

    /// <summary>Squares that a day's wave leaves over the fewest that growth leaves.</summary>
    public double WaveRatio { get; set; } = double.NaN;

    /// <summary>Slope before the window over the slope within.</summary>
    public double OlderSlopeRatio { get; set; } = double.NaN;

    /// <summary>Growth of the second opinion over the growth.</summary>
    public double WitnessShare { get; set; } = double.NaN;

    /// <summary>Growth of the managed heap over the growth, for unmanaged memory.</summary>
    public double ManagedRatio { get; set; } = double.NaN;

    /// <summary>Full collections within the window, for unmanaged memory.</summary>
    public double Collections { get; set; } = double.NaN;

    /// <summary>Who holds it, where that is known and changes something.</summary>
    public HolderKind Holder { get; set; }

    /// <summary>Slope per second; of the second half when growth accelerates.</summary>
    public SlopeInterval Slope { get; set; }

    /// <summary>Mann-Kendall z of the window.</summary>
    public double KendallZ { get; set; } = double.NaN;

    /// <summary>What values show by themselves: how far they went, how steep, how surely.</summary>
    public static GrowthEvidence Of(ReadOnlySpan<double> times, ReadOnlySpan<double> values) => new()
    {
        Points = times.Length,
        Span = times[^1] - times[0],
        Start = values[0],
        End = values[^1],
        Slope = RobustSlope.SenInterval(times, values),
        KendallZ = RobustSlope.KendallZ(values),
    };

    public readonly bool Passed => Rule != GrowthRule.None && Failed == GrowthTest.None;
}
