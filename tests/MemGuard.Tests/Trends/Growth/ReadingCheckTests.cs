using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>A few readings, each test just below and just above its threshold.</summary>
public sealed class ReadingCheckTests
{
    private const double Hour = 3600;

    [Fact]
    public void Examine_StraightLine_PassesWithLevelsAndTimeBetweenThem()
    {
        GrowthEvidence evidence = Examine(Line(8), share: 0.6);

        Assert.Equal((GrowthRule.FullCollections, GrowthTest.None), (evidence.Rule, evidence.Failed));
        Assert.Equal(10 * SyntheticWindow.MB / 60, (evidence.End - evidence.Start) / evidence.BetweenLevels, 1.0);
    }

    [Theory]
    [InlineData(4, 60, nameof(GrowthTest.None))]
    [InlineData(4, 19, nameof(GrowthTest.Points))]
    [InlineData(4, 20, nameof(GrowthTest.None))]
    [InlineData(3, 60, nameof(GrowthTest.Points))]
    public void Examine_FewReadings_AreFourOverAMinuteAtLeast(int count, double width, string failed) =>
        Assert.Equal(failed, ReadingCheck.Examine((Line(count) with { WidthSeconds = width }).Window(), Line(4).Demands(0.6), isAll: false).Failed.ToString());

    // Twice the least growth of a window: 4 MB, or a twentieth of the level.
    [Theory]
    [InlineData(20, 7.9, nameof(GrowthTest.Size))]
    [InlineData(20, 8.1, nameof(GrowthTest.None))]
    [InlineData(200, 19, nameof(GrowthTest.Size))]
    [InlineData(200, 22, nameof(GrowthTest.None))]
    public void Examine_Size_IsTwiceThatOfAWindow(double level, double growth, string failed)
    {
        // The first quarter's median of eight readings lies at half a step.
        double step = growth / 8;

        Assert.Equal(failed, Examine(new SyntheticWindow { Levels = SyntheticWindow.Line(8, level - (step / 2), step), WidthSeconds = 60 }, share: 0.6).Failed.ToString());
    }

    [Theory]
    [InlineData(5, true, 1, 0.49, false)]
    [InlineData(5, true, 1, 0.51, true)]
    [InlineData(6, true, 1, 0.37, false)]
    [InlineData(6, true, 1, 0.39, true)]
    [InlineData(6, false, 1, 0.49, false)]
    [InlineData(6, false, 1, 0.51, true)]
    [InlineData(8, false, 9, 0.23, false)]
    [InlineData(8, false, 9, 0.25, true)]
    [InlineData(7, false, 9, 0.49, false)]
    [InlineData(8, false, 8.9, 0.49, false)]
    public void Examine_ShareOfTheHeadroom_IsLessTheMoreReadingsThereAre(int count, bool isAll, double hours, double share, bool passes)
    {
        SyntheticWindow window = Line(count) with { WidthSeconds = hours * Hour / (count - 1) };

        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Importance, Examine(window, share, isAll).Failed);
    }

    [Theory]
    [InlineData(1.01, nameof(GrowthTest.NewHigh))]
    [InlineData(1.03, nameof(GrowthTest.None))]
    public void Examine_PeakOfBefore_MustBeOutgrown(double ratio, string failed)
    {
        SyntheticWindow window = Line(8) with { Begins = 10 * Hour };
        PeakHistory peaks = new();
        peaks.Add(Hour, window.Levels[^1] * SyntheticWindow.MB / ratio);
        peaks.Add(10 * Hour, 1);

        Assert.Equal(failed, ReadingCheck.Examine(window.Window(), window.Demands(0.6) with { Peaks = peaks }, isAll: false).Failed.ToString());
    }

    [Theory]
    [InlineData(8, false, 0.84, nameof(GrowthTest.LevellingOff))]
    [InlineData(8, false, 0.86, nameof(GrowthTest.None))]
    [InlineData(8, true, 0.74, nameof(GrowthTest.LevellingOff))]
    [InlineData(8, true, 0.76, nameof(GrowthTest.None))]
    public void Examine_SecondHalfIsFlatter_LevelsOff(int count, bool isAll, double ratio, string failed) =>
        Assert.Equal(failed, Examine(new SyntheticWindow { Levels = SyntheticWindow.Bent(count, 100, 10, ratio), WidthSeconds = 60 }, share: 0.6, isAll).Failed.ToString());

    [Fact]
    public void Examine_HolderIsWaitedFor_IsHeldBack()
    {
        GrowthHolder holder = new() { Kind = HolderKind.Filling, Name = "", ValidUntil = 1e9, WaitsUntil = 1e9 };
        SyntheticWindow window = Line(8) with { WidthSeconds = 6000 };

        Assert.Equal(GrowthTest.Holder, ReadingCheck.Examine(window.Window(), window.Demands(0.4) with { Holder = holder }, isAll: true).Failed);
    }

    [Theory]
    [InlineData(1, nameof(GrowthTest.None))]
    [InlineData(1.001, nameof(GrowthTest.Size))]
    public void Examine_ExactlyTheSize_IsEnough(double factor, string failed)
    {
        // 80 MB, as much as is asked for of this line.
        SyntheticWindow window = Line(8);
        GrowthDemands demands = window.Demands(0.6) with { MinimumGrowth = factor * window.GrowthMegabytes * SyntheticWindow.MB / TrendRules.Default.Reading.SizeFactor };

        Assert.Equal(failed, ReadingCheck.Examine(window.Window(), demands, isAll: false).Failed.ToString());
    }

    [Theory]
    [InlineData(0.5, 1, nameof(GrowthTest.None))]
    [InlineData(0.49, 1, nameof(GrowthTest.Importance))]
    [InlineData(0.5, 2, nameof(GrowthTest.Importance))]
    [InlineData(0.9, 2, nameof(GrowthTest.Importance))]
    [InlineData(0.3, 0.5, nameof(GrowthTest.None))]
    public void Examine_ShareOfTheHeadroom_IsTheLeastTimesTheStrictness(double share, double strictness, string failed)
    {
        SyntheticWindow window = Line(5);

        Assert.Equal(failed, ReadingCheck.Examine(window.Window(), window.Demands(share) with { Strictness = strictness }, isAll: false).Failed.ToString());
    }

    // A straight line goes on exactly as it began.
    [Theory]
    [InlineData(false, 1, 2, nameof(GrowthTest.None))]
    [InlineData(false, 1.001, 0, nameof(GrowthTest.LevellingOff))]
    [InlineData(true, 2, 1, nameof(GrowthTest.None))]
    [InlineData(true, 0, 1.001, nameof(GrowthTest.LevellingOff))]
    public void Examine_AsStraightAsAsked_GoesOn(bool isAll, double least, double leastOfMany, string failed)
    {
        SyntheticWindow window = Line(8);
        TrendRules rules = TrendRules.Default with { Reading = new ReadingRules { LeastHalfSlopeRatio = least, LeastHalfSlopeRatioOfMany = leastOfMany } };

        Assert.Equal(failed, ReadingCheck.Examine(window.Window(), window.Demands(0.6) with { Rules = rules }, isAll).Failed.ToString());
    }

    // A line without noise is sure of its whole slope, and of no more.
    [Theory]
    [InlineData(false, 0.99, 1, nameof(GrowthTest.None))]
    [InlineData(false, 1, 0.99, nameof(GrowthTest.LevellingOff))]
    [InlineData(true, 1, 0.99, nameof(GrowthTest.None))]
    [InlineData(true, 0.99, 1, nameof(GrowthTest.LevellingOff))]
    public void Examine_ManyReadings_MayBeLessSure(bool isAll, double least, double leastOfMany, string failed)
    {
        SyntheticWindow window = Line(8);
        TrendRules rules = TrendRules.Default with { Reading = new ReadingRules { LeastLowerSlopeShare = least, LeastLowerSlopeShareOfMany = leastOfMany } };

        Assert.Equal(failed, ReadingCheck.Examine(window.Window(), window.Demands(0.6) with { Rules = rules }, isAll).Failed.ToString());
    }

    private static SyntheticWindow Line(int count) => new() { Levels = SyntheticWindow.Line(count, 100, 10), WidthSeconds = 60 };

    private static GrowthEvidence Examine(SyntheticWindow window, double share, bool isAll = false) =>
        ReadingCheck.Examine(window.Window(), window.Demands(share), isAll);
}
