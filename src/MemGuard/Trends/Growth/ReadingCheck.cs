namespace MemGuard.Trends;

/// <summary>
/// The question of <see cref="GrowthCheck"/> for a few single readings after full collections: fewer points, so more growth is asked for.
/// </summary>
internal static class ReadingCheck
{
    public const int MinimumReadings = 4;

    private const int MoreReadings = 6;
    private const int EnoughReadings = 8;
    private const double LeastSpan = 60;
    private const double LongSpan = 9 * 3600;

    /// <param name="window">The readings; their values are adjusted in place.</param>
    /// <param name="demands">What they are held against.</param>
    /// <param name="isAll">Whether they are all there are: not picked from among them, so a little less is asked of them.</param>
    public static GrowthEvidence Examine(GrowthWindow window, in GrowthDemands demands, bool isAll)
    {
        GrowthEvidence evidence = new() { Points = window.Count, Span = window.Span };
        evidence.Failed = FirstFailure(window, demands, isAll, ref evidence);
        return evidence;
    }

    private static GrowthTest FirstFailure(GrowthWindow window, in GrowthDemands demands, bool isAll, ref GrowthEvidence evidence)
    {
        if (window.Count < MinimumReadings || window.Span < LeastSpan)
        {
            return GrowthTest.Points;
        }

        double floor = window.Quarter(0);
        evidence.Start = floor;
        evidence.End = window.Quarter(3);
        evidence.Growth = GrowthWindow.WholeOverQuarters * (evidence.End - evidence.Start);
        evidence.RequiredGrowth = Math.Max(2 * demands.MinimumGrowth, 2 * demands.MinimumRatio * floor);
        if (evidence.Growth < evidence.RequiredGrowth || !GrowthCheck.RemainsWithoutLoad(window, demands, floor, ref evidence))
        {
            return GrowthTest.Size;
        }

        evidence.Urgency = demands.Urgency(evidence.Growth);
        bool isMany = isAll && window.Count >= MoreReadings;
        double least = window.Count >= EnoughReadings && window.Span >= LongSpan ? 0.24 : isMany ? 0.38 : 0.5;
        evidence.Rule = evidence.Urgency >= least * demands.StrictnessOver(evidence.Span) ? GrowthRule.FullCollections : GrowthRule.None;
        if (evidence.Rule == GrowthRule.None)
        {
            return GrowthTest.Importance;
        }

        double highest = demands.Peaks?.HighestBefore(window.Times[0]) ?? 0;
        evidence.NewHighRatio = window.Floors[^1] / highest;
        if (highest > 0 && evidence.NewHighRatio <= 1.02)
        {
            return GrowthTest.NewHigh;
        }

        int half = window.Count / 2;
        evidence.HalfSlopeRatio = GrowthCheck.Ratio(
            RobustSlope.Sen(window.Times[^half..], window.Floors[^half..]), RobustSlope.Sen(window.Times[..^half], window.Floors[..^half]));
        evidence.Slope = RobustSlope.SenInterval(window.Times, window.Floors);
        evidence.KendallZ = RobustSlope.KendallZ(window.Floors);
        bool goesOn = evidence.HalfSlopeRatio >= (isMany ? 0.75 : 0.85) && evidence.Slope.Low > (isMany ? 0.5 : 0.6) * evidence.Slope.PerSecond;
        return goesOn ? GrowthTest.None : GrowthTest.LevellingOff;
    }
}
