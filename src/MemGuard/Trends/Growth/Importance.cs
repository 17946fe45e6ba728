namespace MemGuard.Trends;

/// <summary>Whether growth has eaten enough of the headroom to be more than a warm-up: <see cref="ImportanceRules"/> say how much.</summary>
internal static class Importance
{
    private const double ThreeHours = 3 * 3600;

    /// <summary>Sets the evidence's urgency and tells the rule that makes it important.</summary>
    /// <param name="demands">What it is held against.</param>
    /// <param name="floor">The level that growth is compared with.</param>
    /// <param name="evidence">Growth, span and number of points of a window.</param>
    public static GrowthRule Judge(in GrowthDemands demands, double floor, ref GrowthEvidence evidence)
    {
        ImportanceRules rules = demands.Rules.Importance;
        double growth = evidence.Growth;
        evidence.Urgency = demands.Urgency(growth);
        double strictness = demands.StrictnessOver(evidence.Span);
        evidence.UrgencyRatio = evidence.Urgency / (strictness * RequiredShare(evidence.Span, demands));
        bool isLong = evidence.Span >= rules.LongSpanSeconds;
        bool isLarge = growth >= rules.LargeGrowthRatio * strictness * floor;
        if (evidence.UrgencyRatio >= 1
            && (!isLong || isLarge || (!demands.IsHeadroomAssumed && demands.Headroom / growth * evidence.Span <= demands.Horizon)))
        {
            return isLong ? GrowthRule.Slow : GrowthRule.Urgent;
        }

        if (OutgrowsItsBase(growth, evidence.Span, Math.Max(floor, demands.Level), strictness, rules))
        {
            return GrowthRule.Big;
        }

        if (evidence.Points < rules.LeastPointsOfBig)
        {
            return GrowthRule.None;
        }

        if (isLong && isLarge && demands.IsHeadroomAssumed)
        {
            return GrowthRule.Slow;
        }

        bool isLasting = demands.IsHeadroomAssumed
            ? evidence.Span >= rules.BigSpanWithoutLimitSeconds
            : evidence.Span >= rules.BigSpanSeconds && evidence.Urgency >= rules.BigShare * strictness;
        return isLasting && growth >= demands.BigRatio * strictness * floor ? GrowthRule.Big : GrowthRule.None;
    }

    /// <summary>Whether growth of at most this urgency, over at most this span, may be important by any rule.</summary>
    public static bool Allows(in GrowthEvidence most, double lowest, in GrowthDemands demands)
    {
        ImportanceRules rules = demands.Rules.Importance;
        return demands.IsHeadroomAssumed
            || OutgrowsItsBase(most.Growth, most.Span, Math.Max(lowest, demands.Level), demands.StrictnessOver(most.Span), rules)
            || most.Urgency >= demands.StrictnessOver(most.Span) * rules.QuietFactor * ShareAfter(most.Span, rules);
    }

    /// <summary>Whether growth is large compared with where it began, over half a day or as a multiple within minutes: no headroom makes that unimportant.</summary>
    private static bool OutgrowsItsBase(double growth, double span, double level, double strictness, ImportanceRules rules) =>
        (span >= rules.OwnBaseSpanSeconds && growth >= Judgement.LeastGrowth(rules.OwnBaseLeastBytes, rules.OwnBaseRatio, level) * strictness)
        || (span >= rules.MultipleSpanSeconds && growth >= Judgement.LeastGrowth(rules.MultipleLeastBytes, rules.MultipleRatio, level) * strictness);

    private static double RequiredShare(double span, in GrowthDemands demands)
    {
        ImportanceRules rules = demands.Rules.Importance;
        if (span < rules.ShortSpanSeconds && demands.Uptime >= rules.ShortSpanUptimeSeconds)
        {
            return rules.ShortSpanShare;
        }

        double ofLife = Math.Clamp(((span / Math.Max(1, demands.Uptime)) - rules.QuietLifeShare) / (rules.WholeLifeShare - rules.QuietLifeShare), 0, 1);
        double share = ShareAfter(span, rules) * (rules.QuietFactor + ((1 - rules.QuietFactor) * ofLife));
        return demands.IsHeadroomAssumed ? Math.Max(rules.AssumedHeadroomShare, share) : share;
    }

    private static double ShareAfter(double span, ImportanceRules rules) =>
        Math.Min(rules.LargestShare, rules.ShareAtThreeHours * Math.Pow(span / ThreeHours, -rules.Decline));
}
