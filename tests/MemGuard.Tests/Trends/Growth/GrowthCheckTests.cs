using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Each test of a window just below and just above its threshold.</summary>
public sealed class GrowthCheckTests
{
    private const double MB = SyntheticWindow.MB;
    private const double Hour = 3600;

    /// <summary>Enough for growth of minutes since the start, too little to be undisputed.</summary>
    private const double Important = 0.35;

    [Fact]
    public void Examine_AStraightLine_Passes()
    {
        GrowthEvidence evidence = Line(24).Examine(Important);

        Assert.True(evidence.Passed);
        Assert.Equal(GrowthRule.Urgent, evidence.Rule);
        Assert.Equal(48 * MB, evidence.Growth);
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void Examine_Points_ATestNeedsADozen(int count, bool passes) =>
        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Points, Line(count).Examine(Important).Failed);

    [Theory]
    [InlineData(10, 3.9, false)]
    [InlineData(10, 4.1, true)]
    [InlineData(200, 9.8, false)]
    [InlineData(200, 10.2, true)]
    public void Examine_Size_IsFourMegabytesAndAFifthOfATenth(double level, double growth, bool passes)
    {
        // The first quarter's median of a line of 24 points lies at 2.5 of its steps.
        double step = growth / 24;
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, level - (2.5 * step), step) };

        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Size, window.Examine(Important).Failed);
    }

    [Fact]
    public void Examine_FallingLine_HasNoSize() =>
        Assert.Equal(GrowthTest.Size, new SyntheticWindow { Levels = SyntheticWindow.Line(24, 200, -2) }.Examine(Line(24).Demands(Important)).Failed);

    [Theory]
    [InlineData(0.633, false)]
    [InlineData(0.645, true)]
    public void Examine_OneQuarterBringsMost_IsNotSpread(double share, bool fails)
    {
        GrowthEvidence evidence = Quarters(share).Examine(Important);

        // The medians lie between two points, so a little of the kink is lost.
        Assert.Equal((0.9375 * share) + 0.0208, evidence.LargestQuarterShare, 0.001);
        Assert.Equal(fails, evidence.Failed == GrowthTest.Spread);
    }

    [Fact]
    public void Examine_AQuarterFalls_IsNotSpread()
    {
        SyntheticWindow window = new() { Levels = [.. Repeat(6, 100), .. Repeat(6, 120), .. Repeat(6, 119), .. Repeat(6, 139)] };

        Assert.Equal(GrowthTest.Spread, window.Examine(Important).Failed);
    }

    [Theory]
    [InlineData(19.9, true)]
    [InlineData(20.1, false)]
    public void Examine_QuartersOfMostOfADay_MayDiffer(double hours, bool fails) =>
        Assert.Equal(fails, (Quarters(0.7) with { WidthSeconds = hours * Hour / 23 }).Examine(Important).Failed == GrowthTest.Spread);

    [Theory]
    [InlineData(15, Important, false)]
    [InlineData(18, Important, true)]
    [InlineData(18, 0.49, true)]
    [InlineData(18, 0.51, false)]
    public void Examine_SixStepsMakeNearlyAll_AreJumpsUnlessHalfOfTheHeadroomIsGone(double factor, double urgency, bool fails)
    {
        GrowthEvidence evidence = Steps(factor).Examine(urgency);

        Assert.Equal(6 * factor / ((6 * factor) + 17), evidence.JumpShare, 0.001);
        Assert.Equal(fails, evidence.Failed == GrowthTest.Jumps);
    }

    [Fact]
    public void Examine_SpikesThatFallBack_AreNoJumps()
    {
        double[] levels = SyntheticWindow.Line(24, 100, 2);
        levels[7] += 20;
        levels[15] += 20;

        GrowthEvidence evidence = new SyntheticWindow { Levels = levels }.Examine(Important);

        Assert.NotEqual(GrowthTest.Jumps, evidence.Failed);
        Assert.InRange(evidence.JumpShare, 0, 0.4);
    }

    [Theory]
    [InlineData(1.019, true)]
    [InlineData(1.021, false)]
    public void Examine_LevelThatWasThereBefore_IsNoNewHigh(double ratio, bool fails)
    {
        double[] line = SyntheticWindow.Line(24, 100, 2);
        SyntheticWindow window = new() { Levels = [line[^1] / ratio, 90, .. line], Older = 2 };

        Assert.Equal(fails, window.Examine(Important).Failed == GrowthTest.NewHigh);
    }

    [Theory]
    [InlineData(8.9, true)]
    [InlineData(9.1, false)]
    public void Examine_PeakOfBefore_CountsWithinNineHours(double hours, bool fails)
    {
        PeakHistory peaks = new();
        peaks.Add(0, 1000 * MB);
        peaks.Add(600, 10 * MB);
        SyntheticWindow window = Line(24) with { Begins = Hour, WidthSeconds = hours * Hour / 23 };

        Assert.Equal(fails, window.Examine(window.Demands(Important) with { Peaks = peaks }).Failed == GrowthTest.NewHigh);
    }

    [Theory]
    [InlineData(0.84, true)]
    [InlineData(0.86, false)]
    [InlineData(3.4, false)]
    [InlineData(3.6, true)]
    public void Examine_SecondHalfFlatterOrMuchSteeper_LevelsOff(double ratio, bool fails)
    {
        GrowthEvidence evidence = new SyntheticWindow { Levels = SyntheticWindow.Bent(24, 100, 1, ratio) }.Examine(0.45);

        Assert.Equal(fails, evidence.Failed == GrowthTest.LevellingOff);
        Assert.Equal(ratio, evidence.HalfSlopeRatio, 0.001);
    }

    [Fact]
    public void Examine_FirstHalfSteeper_LevelsOffAndSecondHalfSteeperAccelerates()
    {
        GrowthEvidence filling = new SyntheticWindow { Levels = SyntheticWindow.Bent(24, 100, 2, 0.5) }.Examine(Important);
        GrowthEvidence accelerating = new SyntheticWindow { Levels = SyntheticWindow.Bent(24, 100, 2, 2) }.Examine(Important);

        Assert.Equal(GrowthTest.LevellingOff, filling.Failed);
        Assert.Equal(GrowthTest.None, accelerating.Failed);
    }

    [Theory]
    [InlineData(1.4, false)]
    [InlineData(1.6, true)]
    public void Examine_Accelerating_TakesTheSlopeOfTheSecondHalf(double ratio, bool isOfSecondHalf)
    {
        GrowthEvidence evidence = new SyntheticWindow { Levels = SyntheticWindow.Bent(24, 100, 2, ratio) }.Examine(Important);

        Assert.Equal(isOfSecondHalf, Math.Abs((evidence.Slope.PerSecond / (ratio * 2 * MB / 20)) - 1) < 0.001);
    }

    [Fact]
    public void Examine_HoursOfGrowth_MayAccelerateAsTheyLike()
    {
        SyntheticWindow window = new() { Levels = SyntheticWindow.Bent(24, 100, 1, 3.6), WidthSeconds = 4.1 * Hour / 23 };

        Assert.NotEqual(GrowthTest.LevellingOff, window.Examine(0.45).Failed);
    }

    [Theory]
    [InlineData(2.4, false)]
    [InlineData(2.6, true)]
    public void Examine_GrowthThatCountsByItsSize_MayNotAccelerateAsMuch(double ratio, bool fails)
    {
        GrowthEvidence evidence = new SyntheticWindow { Levels = SyntheticWindow.Bent(24, 40, 2, ratio), WidthSeconds = 60 }.Examine(0.24);

        Assert.Equal(GrowthRule.Big, evidence.Rule);
        Assert.Equal(fails, evidence.Failed == GrowthTest.LevellingOff);
    }

    [Fact]
    public void Examine_SlowsDownWithTheWork_GoesOn()
    {
        double[] loads = [.. Repeat(12, 10), .. Repeat(12, 5)];
        SyntheticWindow window = new() { Levels = SyntheticWindow.Bent(24, 100, 2, 0.5), Loads = loads };

        GrowthEvidence evidence = window.Examine(Important);

        Assert.Equal(0.5, evidence.HalfSlopeRatio, 0.05);
        Assert.NotEqual(GrowthTest.LevellingOff, evidence.Failed);
    }

    [Theory]
    [InlineData(6, 1.25, Important, false)]
    [InlineData(6, 1.35, Important, true)]
    [InlineData(5, 1.35, Important, false)]
    [InlineData(6, 1.35, 0.51, false)]
    public void Examine_SteeperBefore_LevelsOffAtALargerScale(int older, double ratio, double urgency, bool fails)
    {
        double[] before = SyntheticWindow.Line(older, 100 - (older * 2 * ratio), 2 * ratio);
        SyntheticWindow window = new() { Levels = [.. before, .. SyntheticWindow.Line(24, 100, 2)], Older = older };

        Assert.Equal(fails, window.Examine(urgency).Failed == GrowthTest.LevellingOff);
    }

    [Fact]
    public void Examine_SlopeThatMayAsWellBeHalfAsSteepAgain_IsNotCertain()
    {
        double[] wobble = [0, 24, 4.8, 16.8];
        SyntheticWindow window = new() { Levels = [.. SyntheticWindow.Line(24, 100, 2).Select((level, i) => level + wobble[i % 4])] };

        GrowthEvidence evidence = window.Examine(0.7);

        Assert.Equal(GrowthTest.Certainty, evidence.Failed);
        Assert.True(evidence.Slope.Width > 1.5);
        Assert.Equal(1, evidence.HalfSlopeRatio, 0.15);
    }

    [Theory]
    [InlineData(1.1)]
    [InlineData(0.9)]
    public void Examine_CertaintyMovedAcrossTheWidth_DecidesByIt(double factor)
    {
        double[] wobble = [0, 6, 1, 4];
        SyntheticWindow window = new() { Levels = [.. SyntheticWindow.Line(24, 100, 2).Select((level, i) => level + wobble[i % 4])] };
        double width = window.Examine(Important).Slope.Width;
        TrendRules rules = TrendRules.Default with { Window = new WindowRules { LargestSlopeWidth = factor * width } };

        Assert.Equal(factor < 1, window.Examine(window.Demands(Important) with { Rules = rules }).Failed == GrowthTest.Certainty);
    }

    private static SyntheticWindow Line(int count) => new() { Levels = SyntheticWindow.Line(count, 100, 2) };

    /// <summary>Lines through the middles of the quarters; the first of the three between them brings this share.</summary>
    private static SyntheticWindow Quarters(double share)
    {
        double rest = (1 - share) / 2;
        return new() { Levels = [.. Enumerable.Range(0, 24).Select(i => 100 + (40 * Level((i - 2.5) / 6)))] };

        double Level(double quarter) => quarter < 1 ? share * quarter : share + (rest * (quarter - 1));
    }

    /// <summary>Six of 23 steps are so many times as high as the others.</summary>
    private static SyntheticWindow Steps(double factor)
    {
        int[] high = [3, 7, 11, 13, 17, 21];
        double[] levels = new double[24];
        levels[0] = 100;
        for (int i = 1; i < levels.Length; i++)
        {
            levels[i] = levels[i - 1] + (high.Contains(i) ? 0.5 * factor : 0.5);
        }

        return new() { Levels = levels };
    }

    private static IEnumerable<double> Repeat(int count, double value) => Enumerable.Repeat(value, count);

    [Theory]
    [InlineData(8.9)]
    [InlineData(12)]
    public void Examine_LevelHeldBefore_CountsForTwoDays(double hours)
    {
        PeakHistory peaks = new();
        peaks.Add(0, 1000 * MB);
        SyntheticWindow window = Line(24) with { Begins = Hour, WidthSeconds = hours * Hour / 23 };

        Assert.Equal(GrowthTest.NewHigh, window.Examine(window.Demands(Important) with { Peaks = peaks }).Failed);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(60, false)]
    public void Examine_GrowthThatFellAsFarBefore_WillFallAgain(double fall, bool passes)
    {
        PeakHistory history = new();
        history.Add(0, (100 + fall) * SyntheticWindow.MB);
        history.Add(3600, 100 * SyntheticWindow.MB);
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 200, 2), WidthSeconds = 600, Begins = 7200 };
        GrowthDemands demands = window.Demands(0.35) with { Peaks = history };

        Assert.Equal(passes ? GrowthTest.None : GrowthTest.Fall, window.Examine(demands).Failed);
    }

    [Fact]
    public void Examine_LogarithmUnderNoise_Bends()
    {
        double[] levels = [.. Enumerable.Range(0, 24).Select(static i => 100 + (60 * Math.Log(1 + (0.1 * i))) + (i % 2))];

        Assert.Equal(GrowthTest.Bend, new SyntheticWindow { Levels = levels, Begins = 1 }.Examine(BentAllowed).Failed);
    }

    /// <summary>Whatever the halves of the window say.</summary>
    private static GrowthDemands BentAllowed => Line(24).Demands(Important) with
    {
        Rules = TrendRules.Default with { Window = new WindowRules { LeastHalfSlopeRatio = 0, LargestSlopeWidth = 100 } },
    };
}
