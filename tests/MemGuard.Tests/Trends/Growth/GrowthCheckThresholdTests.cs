using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Figures that lie exactly at a threshold: what is asked for "at least" or "at most" is met, "less" and "more" are not.</summary>
public sealed class GrowthCheckThresholdTests
{
    private const double MB = SyntheticWindow.MB;

    private const double Important = 0.35;

    /// <summary>48 MB in 2300 seconds.</summary>
    private static readonly SyntheticWindow Line = new() { Levels = SyntheticWindow.Line(24, 100, 2), WidthSeconds = 100 };

    [Theory]
    [InlineData(48, nameof(GrowthTest.None))]
    [InlineData(48.1, nameof(GrowthTest.Size))]
    public void Examine_GrowthOfTheLeast_IsEnough(double least, string failed) =>
        Assert.Equal(failed, Line.Examine(Line.Demands(Important) with { MinimumGrowth = least * MB }).Failed.ToString());

    [Theory]
    [InlineData(double.NaN, nameof(GrowthTest.None))]
    [InlineData(200, nameof(GrowthTest.Importance))]
    public void Examine_BaseOfItsOwn_IsWhatGrowthIsComparedWith(double megabytes, string failed)
    {
        // More than its own first quarter, in 23 minutes.
        SyntheticWindow window = new() { Levels = SyntheticWindow.Line(24, 40, 2), WidthSeconds = 60 };

        Assert.Equal(failed, window.Examine(window.Demands(0.24) with { Base = megabytes * MB }).Failed.ToString());
    }

    [Fact]
    public void Examine_UnimportantGrowth_IsNotHeldAgainstTheLoad()
    {
        GrowthEvidence evidence = UnderLoad(ownStep: 0).Examine(0.1);

        Assert.Equal((GrowthTest.Importance, double.NaN), (evidence.Failed, evidence.LoadRatio));
    }

    // What the load leaves is none, or too little to be important.
    [Theory]
    [InlineData(0, nameof(GrowthTest.Load))]
    [InlineData(0.5, nameof(GrowthTest.Importance))]
    public void Examine_LoadExplainsMostOfIt_LeavesTooLittle(double ownStep, string failed)
    {
        GrowthEvidence evidence = UnderLoad(ownStep).Examine(Important);

        Assert.Equal(failed, evidence.Failed.ToString());
        Assert.InRange(evidence.LoadRatio, 1, 2);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.499, true)]
    public void Examine_QuarterThatBringsAsMuchAsAllowed_IsSpread(double largest, bool fails) =>
        Assert.Equal(fails, Examine(Quarters(100, 110, 130, 140), new WindowRules { LargestQuarterShare = largest }).Failed == GrowthTest.Spread);

    [Theory]
    [InlineData(100, 100, 110, 120)]
    [InlineData(100, 110, 110, 120)]
    [InlineData(100, 110, 120, 120)]
    public void Examine_QuarterThatStaysLevel_IsNotSpread(double q0, double q1, double q2, double q3) =>
        Assert.Equal(GrowthTest.Spread, Quarters(q0, q1, q2, q3).Examine(Important).Failed);

    [Theory]
    [InlineData(100, 128, 134, 140)]
    [InlineData(100, 106, 134, 140)]
    [InlineData(100, 106, 112, 140)]
    public void Examine_AnyQuarterThatBringsMost_IsTheLargest(double q0, double q1, double q2, double q3)
    {
        GrowthEvidence evidence = Quarters(q0, q1, q2, q3).Examine(Important);

        Assert.Equal((0.7, GrowthTest.Spread), (Math.Round(evidence.LargestQuarterShare, 9), evidence.Failed));
    }

    [Theory]
    [InlineData(2300, false)]
    [InlineData(2301, true)]
    public void Examine_SpanFromWhichQuartersMayDiffer_IsWaivedThere(double seconds, bool fails) =>
        Assert.Equal(fails, Examine(Quarters(100, 128, 134, 140), new WindowRules { QuartersWaivedFromSeconds = seconds }).Failed == GrowthTest.Spread);

    // Three steps are all there is of it.
    [Theory]
    [InlineData(1, Important, false)]
    [InlineData(0.99, Important, true)]
    [InlineData(0.99, 0.5, false)]
    public void Examine_StepsThatMakeAsMuchAsAllowed_AreGradual(double largest, double urgency, bool fails) =>
        Assert.Equal(fails, Examine(Quarters(100, 110, 120, 130), new WindowRules { LargestJumpShare = largest }, urgency).Failed == GrowthTest.Jumps);

    [Fact]
    public void Examine_LastPointBelowAll_HasNoRiseToShare()
    {
        double[] levels = SyntheticWindow.Line(24, 100, 2);
        levels[^1] = 90;

        GrowthEvidence evidence = (Line with { Levels = levels }).Examine(Important);

        Assert.Equal((GrowthTest.Jumps, double.PositiveInfinity), (evidence.Failed, evidence.JumpShare));
    }

    // A peak that was not held counts within less than this.
    [Theory]
    [InlineData(2300, false)]
    [InlineData(2301, true)]
    public void Examine_SpanFromWhichPeaksMustHaveBeenHeld_AsksForThatThere(double seconds, bool fails)
    {
        PeakHistory peaks = new();
        peaks.Add(0, 1000 * MB);
        peaks.Add(600, 10 * MB);

        Assert.Equal(fails, Examine(Line with { Begins = 3600 }, new WindowRules { PeaksCountWithinSeconds = seconds }, peaks: peaks).Failed == GrowthTest.NewHigh);
    }

    [Theory]
    [InlineData(2300, double.NaN)]
    [InlineData(2301, 1.25)]
    public void Examine_SpanFromWhichFallsDoNotCount_IsWaivedThere(double seconds, double ratio) =>
        Assert.Equal(ratio, Examine(Line, new WindowRules { FallsCountWithinSeconds = seconds }, peaks: Fall(60)).FallRatio);

    [Theory]
    [InlineData(2, 24, Important, false)]
    [InlineData(2.01, 24, Important, true)]
    [InlineData(2, 60, Important, true)]
    [InlineData(2, 60, 0.5, false)]
    public void Examine_GrowthThatExceedsTheFallAsAsked_IsMore(double factor, double fall, double urgency, bool fails)
    {
        SyntheticWindow window = Line with { Levels = SyntheticWindow.Line(24, 200, 2), Begins = 7200 };

        Assert.Equal(fails, Examine(window, new WindowRules { LeastGrowthOverFall = factor }, urgency, Fall(fall)).Failed == GrowthTest.Fall);
    }

    [Theory]
    [InlineData(1, Important, false)]
    [InlineData(1.001, Important, true)]
    [InlineData(1.001, 0.5, false)]
    public void Examine_BendThatLeavesAsMuchAsAsked_IsNone(double factor, double urgency, bool fails)
    {
        SyntheticWindow window = Line with { Levels = [.. Enumerable.Range(0, 24).Select(static i => 100 + (60 * Math.Log(1 + (0.1 * i))) + (i % 2))], Begins = 1 };
        WindowRules rules = new() { LeastHalfSlopeRatio = 0, LargestSlopeWidth = 100 };
        double ratio = Examine(window, rules).BendRatio;

        Assert.Equal(fails, Examine(window, rules with { LeastBendRatio = factor * ratio }, urgency).Failed == GrowthTest.Bend);
    }

    [Theory]
    [InlineData(1, nameof(GrowthTest.None))]
    [InlineData(0.999, nameof(GrowthTest.Certainty))]
    public void Examine_SlopeAsUncertainAsAllowed_IsCertain(double factor, string failed)
    {
        double[] wobble = [0, 6, 1, 4];
        SyntheticWindow window = Line with { Levels = [.. Line.Levels.Select((level, i) => level + wobble[i % 4])] };
        double width = window.Examine(Important).Slope.Width;

        Assert.Equal(failed, Examine(window, new WindowRules { LargestSlopeWidth = factor * width }).Failed.ToString());
    }

    // Where the second half is steeper by more than this, it tells alone how steep it is.
    [Theory]
    [InlineData(1, false)]
    [InlineData(0.999, true)]
    public void Examine_SecondHalfAsMuchSteeperAsAllowed_TakesTheSlopeOfAll(double factor, bool isOfSecondHalf)
    {
        SyntheticWindow window = Line with { Levels = SyntheticWindow.Bent(24, 100, 2, 1.4) };
        GrowthWindow points = window.Window();
        double ratio = window.Examine(Important).HalfSlopeRatio;

        SlopeInterval slope = Examine(window, new WindowRules { AcceleratingRatio = factor * ratio }).Slope;

        int from = isOfSecondHalf ? 12 : 0;
        Assert.Equal(RobustSlope.SenInterval(points.Times[from..], points.Floors[from..]), slope);
    }

    [Theory]
    [InlineData(1, Important, false)]
    [InlineData(0.999, Important, true)]
    [InlineData(0.999, 0.5, false)]
    public void Examine_AsMuchSteeperBeforeAsAllowed_GoesOn(double factor, double urgency, bool fails)
    {
        SyntheticWindow window = Line with { Levels = [.. SyntheticWindow.Line(6, 84, 2.5), .. Line.Levels], Older = 6 };
        double ratio = window.Examine(Important).OlderSlopeRatio;

        Assert.Equal(fails, Examine(window, new WindowRules { LargestOlderSlopeRatio = factor * ratio }, urgency).Failed == GrowthTest.LevellingOff);
    }

    private static SyntheticWindow Quarters(params double[] levels) => Line with { Levels = [.. Enumerable.Range(0, 24).Select(i => levels[i / 6])] };

    /// <summary>A level that follows a load that rises in zigzags, and rises by so much a point itself.</summary>
    private static SyntheticWindow UnderLoad(double ownStep)
    {
        double[] loads = [.. Enumerable.Range(0, 24).Select(static i => 100 + (2 * i) + (i % 2 == 0 ? 30 : -30))];
        return Line with { Levels = [.. loads.Select((load, i) => load + (ownStep * i))], Loads = loads };
    }

    private static PeakHistory Fall(double megabytes)
    {
        PeakHistory peaks = new();
        peaks.Add(0, (100 + megabytes) * MB);
        peaks.Add(3600, 100 * MB);
        return peaks;
    }

    private static GrowthEvidence Examine(SyntheticWindow window, WindowRules rules, double urgency = Important, PeakHistory? peaks = null) =>
        window.Examine(window.Demands(urgency) with { Rules = TrendRules.Default with { Window = rules }, Peaks = peaks });
}
