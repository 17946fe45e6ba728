using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class CollectionProbeTests
{
    private const double MB = 1 << 20;
    private const double Headroom = 1600 * MB;
    private const double Minimum = 4 * MB;

    private readonly CollectionProbe _probe = new(TrendRules.Default.CollectionRequest);

    [Fact]
    public void Wants_GrowthOfAHundredthOfTheHeadroom_IsWorthACollection()
    {
        Assert.False(_probe.Wants(600, 60, 115 * MB, 100 * MB, Headroom, Minimum));
        Assert.True(_probe.Wants(600, 60, 117 * MB, 100 * MB, Headroom, Minimum));
    }

    [Fact]
    public void Wants_LastCollectionYoung_Waits()
    {
        Assert.False(_probe.Wants(600, 59, 200 * MB, 100 * MB, Headroom, Minimum));
        Assert.False(_probe.Wants(7200, 359, 200 * MB, 100 * MB, Headroom, Minimum));
        Assert.True(_probe.Wants(7200, 360, 200 * MB, 100 * MB, Headroom, Minimum));
    }

    [Fact]
    public void Wants_GrowthBelowTheMinimum_IsNotWorthIt() =>
        Assert.False(_probe.Wants(600, 60, 107 * MB, 100 * MB, 50 * MB, Minimum));

    [Fact]
    public void Wants_BeforeTheFirstFullCollection_TakesTheWholeHeapAsGrowth() =>
        Assert.True(_probe.Wants(600, double.PositiveInfinity, 50 * MB, double.NaN, Headroom, Minimum));

    [Fact]
    public void Learn_GrowthWasGarbage_AsksForMoreUpToAFifthOfTheHeadroom()
    {
        _probe.Learn(heap: 120 * MB, before: 100 * MB, live: 101 * MB);

        Assert.False(_probe.Wants(600, 60, 120 * MB, 100 * MB, Headroom, Minimum));
        Assert.True(_probe.Wants(600, 60, 125 * MB, 100 * MB, Headroom, Minimum));

        for (int i = 0; i < 50; i++)
        {
            _probe.Learn(heap: 200 * MB, before: 100 * MB, live: 100 * MB);
        }

        Assert.False(_probe.Wants(600, 60, 420 * MB, 100 * MB, Headroom, Minimum));
        Assert.True(_probe.Wants(600, 60, 421 * MB, 100 * MB, Headroom, Minimum));
    }

    [Fact]
    public void Learn_GrowthWasAlive_LooksSoonAgain()
    {
        _probe.Learn(heap: 150 * MB, before: 100 * MB, live: 100 * MB);
        _probe.Learn(heap: 150 * MB, before: 100 * MB, live: 140 * MB);

        Assert.True(_probe.Wants(600, 60, 157 * MB, 140 * MB, Headroom, Minimum));
    }

    [Fact]
    public void Learn_FirstCollectionOrShrunkenHeap_ChangesNothing()
    {
        _probe.Learn(heap: 150 * MB, before: double.NaN, live: 100 * MB);
        _probe.Learn(heap: 90 * MB, before: 100 * MB, live: 80 * MB);
        _probe.Learn(heap: double.NaN, before: 100 * MB, live: 80 * MB);

        Assert.True(_probe.Wants(600, 60, 117 * MB, 100 * MB, Headroom, Minimum));
    }
}
