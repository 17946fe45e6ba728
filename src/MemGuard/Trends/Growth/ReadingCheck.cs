namespace MemGuard.Trends;

/// <summary>
/// The question of <see cref="GrowthCheck"/> for a few single readings after full collections: fewer points, so more growth is asked
/// for. <see cref="ReadingRules"/> have the thresholds.
/// </summary>
internal static class ReadingCheck
{
    /// <param name="window">The readings; their values are adjusted in place.</param>
    /// <param name="demands">What they are held against.</param>
    /// <param name="isAll">Whether they are all there are: not picked from among them, so a little less is asked of them.</param>
    public static GrowthEvidence Examine(GrowthWindow window, in GrowthDemands demands, bool isAll)
    {
        GrowthEvidence evidence = new() { Points = window.Count, Span = window.Span };
        evidence.Failed = FirstFailure(window, demands, demands.Rules.Reading, isAll, ref evidence);
        return evidence;
    }

    private static GrowthTest FirstFailure(
        GrowthWindow window, in GrowthDemands demands, ReadingRules rules, bool isAll, ref GrowthEvidence evidence)
    {
        if (window.Count < rules.LeastReadings || window.Span < rules.LeastSpanSeconds)
        {
            return GrowthTest.Points;
        }

        double floor = window.Quarter(0);
        evidence.BetweenLevels = window.BetweenQuarters;
        evidence.Start = floor;
        evidence.End = window.Quarter(3);
        evidence.Growth = GrowthWindow.WholeOverQuarters * (evidence.End - evidence.Start);
        evidence.RequiredGrowth = rules.SizeFactor * Judgement.LeastGrowth(demands.MinimumGrowth, demands.MinimumRatio, floor);
        if (evidence.Growth < evidence.RequiredGrowth || !LoadModel.LeavesGrowth(window, demands, floor, ref evidence))
        {
            return GrowthTest.Size;
        }

        evidence.Urgency = demands.Urgency(evidence.Growth);
        bool isMany = isAll && window.Count >= rules.ManyReadings;
        bool isLong = window.Count >= rules.EnoughReadings && window.Span >= rules.LongSpanSeconds;
        double least = isLong ? rules.LongShare : isMany ? rules.ManyShare : rules.Share;
        evidence.Rule = evidence.Urgency >= least * demands.StrictnessOver(evidence.Span) ? GrowthRule.FullCollections : GrowthRule.None;
        if (evidence.Rule == GrowthRule.None)
        {
            return GrowthTest.Importance;
        }

        // Only peaks: the readings before these may be left out because they are the warm-up.
        double highest = demands.Peaks?.HighestBefore(window.Times[0]) ?? 0;
        if (!Judgement.IsNewHigh(window.Floors[^1], highest, rules.LeastNewHighRatio, ref evidence))
        {
            return GrowthTest.NewHigh;
        }

        int later = window.Count - (window.Count / 2);
        evidence.HalfSlopeRatio = Judgement.LaterOverEarlier(window.Times, window.Floors, later, later);
        evidence.Slope = RobustSlope.SenInterval(window.Times, window.Floors);
        evidence.KendallZ = RobustSlope.KendallZ(window.Floors);
        bool goesOn = evidence.HalfSlopeRatio >= (isMany ? rules.LeastHalfSlopeRatioOfMany : rules.LeastHalfSlopeRatio)
            && evidence.Slope.IsSureOf(isMany ? rules.LeastLowerSlopeShareOfMany : rules.LeastLowerSlopeShare);
        return !goesOn ? GrowthTest.LevellingOff : demands.WaitsFor(ref evidence) ? GrowthTest.Holder : GrowthTest.None;
    }
}
