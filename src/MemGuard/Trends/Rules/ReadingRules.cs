namespace MemGuard.Trends;

/// <summary>
/// The question of <see cref="WindowRules"/> for a few single readings after full collections: fewer points, so more growth is asked
/// for. Readings enough for a window are one.
/// </summary>
internal sealed record ReadingRules
{
    /// <summary>The fewest of which the second half has a slope.</summary>
    public int LeastReadings { get; init; } = 4;

    public double LeastSpanSeconds { get; init; } = 60;

    /// <summary>Factor on the least growth of a window.</summary>
    public double SizeFactor { get; init; } = 2;

    /// <summary>Share of the headroom for the fewest readings, or for those picked from among more.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>The share for at least <see cref="ManyReadings"/> when they are all there are: not picked, so a little less is asked of them.</summary>
    public double ManyShare { get; init; } = 0.38;

    public int ManyReadings { get; init; } = 6;

    /// <summary>The share for at least <see cref="EnoughReadings"/> over at least <see cref="LongSpanSeconds"/>.</summary>
    public double LongShare { get; init; } = 0.24;

    public int EnoughReadings { get; init; } = 8;

    public double LongSpanSeconds { get; init; } = 9 * 3600;

    /// <summary>The last reading over every peak of two days.</summary>
    public double LeastNewHighRatio { get; init; } = 1.02;

    /// <summary>Slope of the second half over that of the first, as for windows; many readings bend by chance.</summary>
    public double LeastHalfSlopeRatio { get; init; } = 0.85;

    public double LeastHalfSlopeRatioOfMany { get; init; } = 0.75;

    /// <summary>Lower end of the slope's interval over the slope.</summary>
    public double LeastLowerSlopeShare { get; init; } = 0.6;

    public double LeastLowerSlopeShareOfMany { get; init; } = 0.5;

    /// <summary>Each look takes this share of the readings of the one before, the newest: the first ones may be the warm-up.</summary>
    public double NextLookShare { get; init; } = 2.0 / 3;

    /// <summary>Collections come in pairs: the second look that passes must be this share of the span later than the first.</summary>
    public double SecondLookShare { get; init; } = 0.05;
}
