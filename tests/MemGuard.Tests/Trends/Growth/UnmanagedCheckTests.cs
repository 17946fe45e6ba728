using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class UnmanagedCheckTests
{
    private const double Important = 0.35;

    /// <summary>48 MB in four minutes, which the allocator has seen too, and a full collection has been survived.</summary>
    private static readonly SyntheticWindow Leak = new()
    {
        Levels = SyntheticWindow.Line(24, 100, 2),
        WidthSeconds = 10,
        WitnessMegabytes = 46,
        ManagedMegabytes = 0,
        Collections = 2,
    };

    [Fact]
    public void Examine_SeenByTheAllocatorAndSurvived_Passes() => Assert.True(Examine(Leak).Passed);

    [Theory]
    [InlineData(0.39, false)]
    [InlineData(0.41, true)]
    public void Examine_AllocatorSawLess_IsNotWitnessed(double share, bool passes) =>
        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Witness, Examine(Leak with { WitnessMegabytes = share * 48 }).Failed);

    [Theory]
    [InlineData(29 * 60, false)]
    [InlineData(31 * 60, true)]
    public void Examine_AllocatorDeniesIt_AreMapsAfterHalfAnHour(double seconds, bool passes) =>
        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Witness, Examine(Leak with { WitnessMegabytes = 0, WidthSeconds = seconds / 23 }).Failed);

    [Theory]
    [InlineData(290, false)]
    [InlineData(310, true)]
    public void Examine_NoAllocatorToAsk_MustOutlastFreedPages(double seconds, bool passes) =>
        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Witness, Examine(Leak with { WitnessMegabytes = double.NaN, WidthSeconds = seconds / 23 }).Failed);

    [Theory]
    [InlineData(2.9, true)]
    [InlineData(3.1, false)]
    public void Examine_HeapGrowsSteeper_AreItsBooks(double ratio, bool passes) =>
        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Proportion, Examine(Leak with { ManagedMegabytes = ratio * 48 }).Failed);

    [Fact]
    public void Examine_HeapIsNotKnown_IsNoObstacle() => Assert.True(Examine(Leak with { ManagedMegabytes = double.NaN }).Passed);

    [Theory]
    [InlineData(0, Important, 10, false)]
    [InlineData(1, Important, 10, true)]
    [InlineData(double.NaN, Important, 10, true)]
    [InlineData(0, 0.49, 10, false)]
    [InlineData(0, 0.51, 10, true)]
    [InlineData(0, Important, 59 * 60.0 / 23, false)]
    [InlineData(0, Important, 61 * 60.0 / 23, true)]
    public void Examine_NoFullCollectionYet_WaitsForOneUnlessItIsUndisputedOrAnHourOld(double collections, double urgency, double width, bool passes) =>
        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Collections, Examine(Leak with { Collections = collections, WidthSeconds = width }, urgency).Failed);

    // Files that are read fill the working set: only what the allocator has seen as well is a leak.
    [Theory]
    [InlineData(46, true)]
    [InlineData(double.NaN, false)]
    public void Examine_WorkingSetAlone_NeedsTheAllocatorsWord(double witness, bool passes)
    {
        SyntheticWindow window = Leak with { WitnessMegabytes = witness, WidthSeconds = 20 };

        GrowthEvidence evidence = window.Examine(window.Demands(Important) with { IsUnmanaged = true, IsReclaimable = true });

        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Reclaimable, evidence.Failed);
    }

    [Fact]
    public void Examine_TheSameInsideTheHeap_NeedsNoWitness()
    {
        SyntheticWindow window = Leak with { WitnessMegabytes = 0, ManagedMegabytes = 1000, Collections = 0 };

        Assert.True(window.Examine(Important).Passed);
    }

    // Each figure exactly at its threshold: 24 of 48 MB, 230 seconds, three times as much, half of the headroom.
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.501, true)]
    public void Examine_AllocatorSawTheLeastShare_IsEnough(double least, bool fails)
    {
        SyntheticWindow window = Leak with { WitnessMegabytes = 24 };
        WindowRules rules = new() { LeastWitnessShare = least };

        Assert.Equal(fails ? GrowthTest.Witness : GrowthTest.None, Examine(window, rules).Failed);
        Assert.Equal(fails ? GrowthTest.Reclaimable : GrowthTest.None, Examine(window, rules with { ContradictedSpanSeconds = 0 }, isReclaimable: true).Failed);
    }

    [Theory]
    [InlineData(double.NaN, 230, false)]
    [InlineData(double.NaN, 231, true)]
    [InlineData(0, 230, false)]
    [InlineData(0, 231, true)]
    public void Examine_SpanThatOutlastsTheDoubt_IsEnough(double witness, double seconds, bool fails)
    {
        WindowRules rules = new() { UnwitnessedSpanSeconds = seconds, ContradictedSpanSeconds = seconds };

        Assert.Equal(fails ? GrowthTest.Witness : GrowthTest.None, Examine(Leak with { WitnessMegabytes = witness }, rules).Failed);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(2.99, true)]
    public void Examine_HeapGrowsAsMuchSteeperAsAllowed_IsOfItsOwn(double largest, bool fails) =>
        Assert.Equal(fails ? GrowthTest.Proportion : GrowthTest.None, Examine(Leak with { ManagedMegabytes = 144 }, new WindowRules { LargestManagedRatio = largest }).Failed);

    [Theory]
    [InlineData(0.5, 3600, false)]
    [InlineData(0.49, 3600, true)]
    [InlineData(0.49, 230, false)]
    public void Examine_HalfOfTheHeadroomOrTheSpanThatWaivesThem_NeedsNoCollection(double urgency, double seconds, bool fails) =>
        Assert.Equal(fails ? GrowthTest.Collections : GrowthTest.None, Examine(Leak with { Collections = 0 }, new WindowRules { CollectionsWaivedFromSeconds = seconds }, urgency).Failed);

    private static GrowthEvidence Examine(SyntheticWindow window, WindowRules rules, double urgency = Important, bool isReclaimable = false) => window.Examine(window.Demands(urgency) with
    {
        IsUnmanaged = true,
        IsReclaimable = isReclaimable,
        Rules = TrendRules.Default with { Window = rules },
    });

    private static GrowthEvidence Examine(SyntheticWindow window, double urgency = Important) =>
        window.Examine(window.Demands(urgency) with { IsUnmanaged = true });
}
