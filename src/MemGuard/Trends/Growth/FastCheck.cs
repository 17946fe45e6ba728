namespace MemGuard.Trends;

/// <summary>Whether a level that may contain dead objects grows fast enough to be suspected. <see cref="SuspicionRules"/> have the thresholds.</summary>
internal static class FastCheck
{
    /// <param name="points">The level of each few seconds.</param>
    /// <param name="count">How many of them there are.</param>
    /// <param name="peaks">What the level has reached before.</param>
    /// <param name="demands">The headroom and the factor on what growth must reach.</param>
    /// <param name="rules">The thresholds.</param>
    /// <param name="evidence">What was seen; it counts only where the answer is yes.</param>
    public static bool Grows(
        GrowthPoints points, int count, PeakHistory peaks, in GrowthDemands demands, SuspicionRules rules, out GrowthEvidence evidence)
    {
        double headroom = demands.Headroom;
        double strictness = demands.Strictness;
        bool isUrgent = GrowsWithin(points, count, peaks, rules.ShortWindowSeconds, rules.ShortWindowFactor * strictness, rules, out evidence)
            && evidence.HalfSlopeRatio >= rules.ShortHalfSlopeRatio
            && Judgement.Urgency(evidence.Growth, headroom) >= rules.UrgentShare * strictness
            && headroom / evidence.Slope.PerSecond < rules.UrgentSeconds;
        if (isUrgent || RisesInFewSteps(points, count, peaks, headroom, strictness, rules, out evidence))
        {
            return true;
        }

        return GrowsWithin(points, count, peaks, rules.LongWindowSeconds, rules.LongWindowFactor * strictness, rules, out evidence)
            && evidence.HalfSlopeRatio >= rules.LongHalfSlopeRatio
            && (Multiplies(evidence, demands)
                || (headroom / evidence.Slope.PerSecond < rules.FarSeconds
                    && (demands.IsHeadroomAssumed || Judgement.Urgency(evidence.Growth, headroom) >= rules.UrgentShare * strictness)));
    }

    /// <summary>Growth to a multiple of where it began counts, however far the limit of the machine.</summary>
    private static bool Multiplies(in GrowthEvidence evidence, in GrowthDemands demands) =>
        evidence.Growth >= demands.Strictness * Judgement.LeastGrowth(
            demands.Rules.Importance.MultipleLeastBytes / 4, demands.Rules.Importance.MultipleRatio, evidence.End - evidence.Growth);

    private static bool RisesInFewSteps(
        GrowthPoints points, int count, PeakHistory peaks, double headroom, double strictness, SuspicionRules rules, out GrowthEvidence evidence)
    {
        evidence = default;
        GrowthWindow window = new(points, Math.Max(0, count - rules.FewSteps), count);
        if (!rules.TakesFewSteps
            || window.Count < rules.FewSteps
            || !Judgement.IsBetween(window.Span, rules.FewStepsLeastSeconds, rules.FewStepsMostSeconds))
        {
            return false;
        }

        ReadOnlySpan<double> values = window.Floors;
        double growth = values[^1] - values[0];
        if (growth <= rules.FewStepsFactor * strictness * rules.LeastGrowthBytes)
        {
            return false;
        }

        evidence = GrowthEvidence.Of(window.Times, values);
        evidence.Growth = growth;
        evidence.Urgency = Judgement.Urgency(growth, headroom);
        return SmallestStep(values) > rules.FewStepsLeastShare * growth
            && evidence.Urgency >= rules.FewStepsUrgentFactor * rules.UrgentShare * strictness
            && headroom / evidence.Slope.PerSecond < rules.UrgentSeconds
            && Judgement.IsNewHigh(values[^1], peaks.HighestBefore(window.Times[0]), rules.LeastNewHighRatio, ref evidence);
    }

    private static bool GrowsWithin(
        GrowthPoints points, int count, PeakHistory peaks, double seconds, double strictness, SuspicionRules rules, out GrowthEvidence evidence)
    {
        int start = 0;
        while (points.Times[start] < points.Times[count - 1] - seconds)
        {
            start++;
        }

        GrowthWindow window = new(points, start, count);
        ReadOnlySpan<double> times = window.Times;
        ReadOnlySpan<double> values = window.Floors;
        evidence = new GrowthEvidence { Points = times.Length };
        if (times.Length < rules.LeastPoints || times[^1] - times[0] < rules.LeastSpanShare * seconds)
        {
            return false;
        }

        // The slopes are the dear part: most looks end here.
        int quarter = Math.Max(1, values.Length / 4);
        double lowest = Lowest(values[..quarter]);
        if (Highest(values[^quarter..]) - lowest < LeastGrowth(lowest, strictness, rules))
        {
            return false;
        }

        evidence = GrowthEvidence.Of(times, values);
        evidence.Growth = evidence.Slope.PerSecond * evidence.Span;
        evidence.RequiredGrowth = LeastGrowth(values[^1] - evidence.Growth, strictness, rules);
        evidence.HalfSlopeRatio = Judgement.LaterOverWhole(times, values, times.Length / 2, evidence.Slope);
        evidence.WitnessShare = window.WitnessGrowth / evidence.Growth;
        return evidence.Growth >= evidence.RequiredGrowth
            && evidence.KendallZ >= rules.LeastKendallZ
            && evidence.HalfSlopeRatio >= rules.LeastHalfSlopeRatio
            && !(evidence.WitnessShare < rules.LeastWitnessShare)
            && Judgement.IsNewHigh(values[^1], Judgement.HighestBefore(window, peaks), rules.LeastNewHighRatio, ref evidence);
    }

    private static double LeastGrowth(double level, double strictness, SuspicionRules rules) =>
        strictness * Judgement.LeastGrowth(rules.LeastGrowthBytes, rules.LeastGrowthRatio, Math.Max(0, level));

    private static double SmallestStep(ReadOnlySpan<double> values)
    {
        double smallest = double.PositiveInfinity;
        for (int i = 1; i < values.Length; i++)
        {
            smallest = Math.Min(smallest, values[i] - values[i - 1]);
        }

        return smallest;
    }

    private static double Lowest(ReadOnlySpan<double> values)
    {
        double lowest = double.PositiveInfinity;
        foreach (double value in values)
        {
            lowest = Math.Min(lowest, value);
        }

        return lowest;
    }

    private static double Highest(ReadOnlySpan<double> values)
    {
        double highest = double.NegativeInfinity;
        foreach (double value in values)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }
}
