namespace MemGuard.Trends;

/// <summary>Whether a count climbs straight to a level never seen before. <see cref="CountRules"/> have the thresholds.</summary>
internal static class CountCheck
{
    public static double LeastRise(double level, CountRules rules) => Judgement.LeastGrowth(rules.LeastRise, rules.LeastRiseRatio, level);

    public static GrowthEvidence Examine(GrowthWindow window, PeakHistory peaks, CountRules rules)
    {
        GrowthEvidence evidence = new() { Points = window.Count, Span = window.Span };
        evidence.Failed = FirstFailure(window, peaks, rules, ref evidence);
        evidence.Rule = evidence.Failed == GrowthTest.None ? GrowthRule.Big : GrowthRule.None;
        if (evidence.Passed)
        {
            // What is told: one point may stand out, a quarter does not.
            evidence.Start = window.Quarter(0);
            evidence.End = window.Quarter(3);
            evidence.BetweenLevels = window.BetweenQuarters;
        }

        return evidence;
    }

    private static GrowthTest FirstFailure(GrowthWindow window, PeakHistory peaks, CountRules rules, ref GrowthEvidence evidence)
    {
        if (window.Count < rules.LeastPoints)
        {
            return GrowthTest.Points;
        }

        evidence.Start = window.Floors[0];
        evidence.End = window.Floors[^1];
        evidence.Growth = GrowthWindow.WholeOverQuarters * (window.Quarter(3) - window.Quarter(0));
        evidence.RequiredGrowth = LeastRise(evidence.Start, rules);
        if (evidence.Growth < evidence.RequiredGrowth)
        {
            return GrowthTest.Size;
        }

        evidence.Slope = RobustSlope.SenInterval(window.Times, window.Floors);
        evidence.HalfSlopeRatio = Judgement.LaterOverWhole(window.Times, window.Floors, window.Count - (window.Count / 2), evidence.Slope);
        evidence.KendallZ = RobustSlope.KendallZ(window.Floors);
        return evidence.KendallZ < rules.LeastKendallZ || evidence.HalfSlopeRatio < rules.LeastHalfSlopeRatio ? GrowthTest.LevellingOff
            : !Judgement.IsNewHigh(evidence.End, Judgement.HighestBefore(window, peaks), rules.LeastNewHighRatio, ref evidence) ? GrowthTest.NewHigh
            : GrowthTest.None;
    }
}
