using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class GrowthDemandsTests
{
    private const double MB = 1 << 20;

    private static readonly GrowthDemands Demands =
        new(Uptime: 10_000, 1000 * MB, 4 * MB, 0.05, double.NaN, Strictness: 2, 30 * 86_400, IsUnmanaged: false, Peaks: null);

    private static readonly GrowthHolder Waiting = new() { Kind = HolderKind.RunningWork, Name = "", ValidUntil = 20_000, WaitsUntil = 20_000 };

    [Theory]
    [InlineData(1799, 2, 3)]
    [InlineData(1800, 1, 2)]
    public void HeldBy_WhatLasts_AsksForHalfAndTwoExaminationsAfterHalfAnHour(double span, double strictness, int passes)
    {
        GrowthDemands held = Demands.HeldBy(Waiting with { Kind = HolderKind.Lasting });

        Assert.Equal((strictness, passes), (held.StrictnessOver(span), held.PassesOver(span)));
    }

    [Fact]
    public void HeldBy_WhatLastsWithAKnownCause_AsksForTheLesser()
    {
        GrowthDemands held = (Demands with { EasedFactor = 0.35, EasedSpan = 3600 }).HeldBy(Waiting with { Kind = HolderKind.Lasting });

        Assert.Equal((2, 0.7), (held.StrictnessOver(3599), held.StrictnessOver(3600)));
    }

    [Fact]
    public void HeldBy_WhatPasses_AsksForTwice() => Assert.Equal(4, Demands.HeldBy(Waiting with { IsPassing = true }).StrictnessOver(36_000));

    [Fact]
    public void HeldBy_Nobody_ChangesNothing() => Assert.Equal(Demands, Demands.HeldBy(null));

    [Fact]
    public void WaitsFor_GrowthOfAWaitingHolder_NamesItsKind()
    {
        GrowthEvidence evidence = Growth(100);

        Assert.True(Demands.HeldBy(Waiting).WaitsFor(ref evidence));
        Assert.Equal(HolderKind.RunningWork, evidence.Holder);
    }

    [Fact]
    public void WaitsFor_NobodyHoldsIt_IsFalse()
    {
        GrowthEvidence evidence = Growth(100);

        Assert.False(Demands.WaitsFor(ref evidence));
        Assert.Equal(HolderKind.Unknown, evidence.Holder);
    }

    [Theory]
    [InlineData(0.49, true)]
    [InlineData(0.50, false)]
    public void WaitsFor_HalfOfTheHeadroomIsGone_WaitsNoLonger(double urgency, bool waits)
    {
        GrowthEvidence evidence = Growth(100) with { Urgency = urgency };

        Assert.Equal(waits, Demands.HeldBy(Waiting).WaitsFor(ref evidence));
    }

    // From 100 MB on the level it began at counts four times; below, 384 MB are a multiple of any.
    [Theory]
    [InlineData(200, 799, true)]
    [InlineData(200, 801, false)]
    [InlineData(10, 383, true)]
    [InlineData(10, 385, false)]
    public void WaitsFor_GrowthToAMultiple_WaitsNoLonger(double from, double growth, bool waits)
    {
        GrowthEvidence evidence = Growth(growth) with { End = (from + growth) * MB };

        Assert.Equal(waits, Demands.HeldBy(Waiting).WaitsFor(ref evidence));
    }

    [Theory]
    [InlineData(1.66, true)]
    [InlineData(1.67, false)]
    public void WaitsFor_LimitWithinTenMinutes_WaitsNoLonger(double perSecond, bool waits)
    {
        GrowthEvidence evidence = Growth(100) with { Slope = new SlopeInterval(perSecond * MB, perSecond * MB, perSecond * MB) };

        Assert.Equal(waits, Demands.HeldBy(Waiting).WaitsFor(ref evidence));
    }

    [Theory]
    [InlineData(40, 4)]
    [InlineData(100, 5)]
    public void LeastGrowth_Level_IsTheLeastOrAShareOfIt(double level, double least) => Assert.Equal(least * MB, Demands.LeastGrowth(level * MB));

    [Fact]
    public void LeastGrowth_BaseOfItsOwn_IsAShareOfThat() => Assert.Equal(10 * MB, (Demands with { Base = 200 * MB }).LeastGrowth(1000 * MB));

    // No window shows more than four thirds of its rise.
    [Theory]
    [InlineData(2.9, nameof(GrowthTest.Size))]
    [InlineData(3.1, nameof(GrowthTest.Importance))]
    [InlineData(900, nameof(GrowthTest.None))]
    public void Allows_Rise_SaysWhatItLacksAtBest(double rise, string failed)
    {
        bool allows = Demands.Allows(10 * MB, rise * MB, 600, out GrowthEvidence evidence);

        Assert.Equal((failed, failed == nameof(GrowthTest.None)), (evidence.Failed.ToString(), allows));
        Assert.Equal((600, 4 / 3.0 * rise * MB), (evidence.Span, evidence.Growth));
    }

    private static GrowthEvidence Growth(double megabytes) => new()
    {
        Growth = megabytes * MB,
        End = (200 + megabytes) * MB,
        Urgency = 0.2,
        Slope = new SlopeInterval(1000, 1000, 1000),
    };
}
