namespace MemGuard.Trends;

/// <summary>The tests that growth outside the heap must pass besides: it is an estimate, with traps of its own.</summary>
internal static class UnmanagedCheck
{
    public static GrowthTest FirstFailure(GrowthWindow window, in GrowthDemands demands, ref GrowthEvidence evidence)
    {
        WindowRules rules = demands.Rules.Window;
        return !IsWitnessed(window, rules, ref evidence) ? GrowthTest.Witness
            : !IsOfItsOwn(window, rules, ref evidence) ? GrowthTest.Proportion
            : !SurvivesCollections(window, rules, ref evidence) ? GrowthTest.Collections
            : demands.IsReclaimable && !(evidence.WitnessShare >= rules.LeastWitnessShare) ? GrowthTest.Reclaimable
            : GrowthTest.None;
    }

    private static bool IsWitnessed(GrowthWindow window, WindowRules rules, ref GrowthEvidence evidence)
    {
        evidence.WitnessShare = window.WitnessGrowth / evidence.Growth;
        return evidence.WitnessShare >= rules.LeastWitnessShare
            || evidence.Span >= (double.IsNaN(evidence.WitnessShare) ? rules.UnwitnessedSpanSeconds : rules.ContradictedSpanSeconds);
    }

    /// <summary>The GC's own books grow with the heap, and a heap that grows steeper is the thing to look at.</summary>
    private static bool IsOfItsOwn(GrowthWindow window, WindowRules rules, ref GrowthEvidence evidence)
    {
        evidence.ManagedRatio = window.ManagedGrowth / evidence.Growth;
        return !(evidence.ManagedRatio > rules.LargestManagedRatio);
    }

    /// <summary>Native memory behind finalizable handles grows until a collection finds the handles dead.</summary>
    private static bool SurvivesCollections(GrowthWindow window, WindowRules rules, ref GrowthEvidence evidence)
    {
        evidence.Collections = window.CollectionCount;
        return !(evidence.Collections < rules.LeastCollections)
            || evidence.Urgency >= rules.UndisputedUrgency
            || evidence.Span >= rules.CollectionsWaivedFromSeconds;
    }
}
