namespace MemGuard.Trends;

/// <summary>What the readings after full collections, since a suspicion arose, say about it. <see cref="ConfirmationRules"/> have the thresholds.</summary>
internal static class ConfirmationCheck
{
    /// <summary>
    /// Whether the newest readings left far less alive than the suspicion foretold: two steps, since the reading after a background
    /// collection contains what was allocated while it marked, or one step over a minute.
    /// </summary>
    /// <param name="times">Times of the readings since the suspicion.</param>
    /// <param name="values">What they left alive.</param>
    /// <param name="perSecond">The slope that was suspected.</param>
    /// <param name="rules">The thresholds.</param>
    public static bool IsPlateau(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double perSecond, ConfirmationRules rules)
    {
        return times.Length >= 2 && (times[^1] - times[^2] >= rules.PlateauOneStepSeconds
            ? IsSmallStep(times, values, 2, perSecond, rules)
            : times.Length >= 3 && IsSmallStep(times, values, 2, perSecond, rules) && IsSmallStep(times, values, 3, perSecond, rules));
    }

    private static bool IsSmallStep(ReadOnlySpan<double> times, ReadOnlySpan<double> values, int back, double perSecond, ConfirmationRules rules)
    {
        double distance = times[^1] - times[^back];
        double expected = perSecond * distance;
        return distance >= rules.PlateauSeconds
            && values[^1] - values[^back] < rules.PlateauShare * expected
            && expected > rules.PlateauLeastRatio * values[^back];
    }

    /// <summary>Whether there are enough readings to look at.</summary>
    public static bool IsEnough(ReadOnlySpan<double> times, ConfirmationRules rules) =>
        times.Length >= rules.LeastReadings && times[^1] - times[0] >= rules.LeastSpanSeconds;

    /// <param name="times">Times of the readings since the suspicion.</param>
    /// <param name="values">What they left alive.</param>
    /// <param name="lowest">The lowest of all readings: growth is counted from there.</param>
    /// <param name="demands">What they are held against.</param>
    public static GrowthEvidence Examine(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double lowest, in GrowthDemands demands)
    {
        ConfirmationRules rules = demands.Rules.Confirmation;
        GrowthEvidence evidence = GrowthEvidence.Of(times, values);
        evidence.Rule = GrowthRule.FullCollections;
        evidence.Growth = values[^1] - lowest;
        evidence.Urgency = demands.Urgency(evidence.Growth);
        evidence.HalfSlopeRatio = Judgement.LaterOverWhole(times, values, times.Length / 2, evidence.Slope);
        bool isSteady = evidence.Slope.IsSureOf(rules.LeastLowerSlopeShare) && evidence.HalfSlopeRatio >= rules.LeastHalfSlopeRatio;
        double strictness = demands.StrictnessOver(evidence.Span);
        double soonShare = IsLate(demands, rules) ? rules.LateShare : rules.SoonShare;
        bool isSoon = evidence.Urgency >= soonShare * strictness && demands.Headroom / evidence.Slope.PerSecond < rules.SoonSeconds;
        bool isLarge = evidence.Span >= rules.LargeSpanSeconds && evidence.Urgency >= rules.LargeShare * strictness;
        bool isManifold = IsManifold(evidence, lowest, demands);
        evidence.Failed = !isSteady ? GrowthTest.LevellingOff
            : !isSoon && !isLarge && !isManifold ? GrowthTest.Importance
            : demands.WaitsFor(ref evidence) ? GrowthTest.Holder
            : GrowthTest.None;
        return evidence;
    }

    /// <summary>Whether growth that passed is large enough to need no second look.</summary>
    public static bool IsSure(in GrowthEvidence evidence, in GrowthDemands demands)
    {
        ConfirmationRules rules = demands.Rules.Confirmation;
        double share = IsLate(demands, rules) ? rules.LateShare : rules.SureShare;
        return evidence.Urgency >= share * demands.StrictnessOver(evidence.Span);
    }

    // Growth from where the heap began, not from the first reading of the suspicion: by then a fast one has the most of its way behind it.
    private static bool IsManifold(in GrowthEvidence evidence, double lowest, in GrowthDemands demands)
    {
        ImportanceRules importance = demands.Rules.Importance;
        return evidence.Span >= demands.Rules.Confirmation.ManifoldSpanSeconds
            && evidence.Growth >= Judgement.LeastGrowth(importance.MultipleLeastBytes, importance.MultipleRatio, lowest) * demands.StrictnessOver(evidence.Span);
    }

    private static bool IsLate(in GrowthDemands demands, ConfirmationRules rules) => demands.Uptime >= rules.LateUptimeSeconds;
}
