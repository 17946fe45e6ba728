using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Levels of a heap, a point each five seconds, each test just below and just above its threshold.</summary>
public sealed class FastCheckTests
{
    private const double MB = SyntheticWindow.MB;

    private static readonly SuspicionRules Rules = TrendRules.Default.HeapSuspicion;

    [Fact]
    public void Grows_StraightAndUrgent_HasTheFigures()
    {
        bool grows = Grows(Line(10, 100, 5), headroom: 400, out GrowthEvidence evidence);

        Assert.True(grows);
        Assert.Equal((10, 45), (evidence.Points, evidence.Span));
        Assert.Equal(45, evidence.Growth / MB, 0.01);
        Assert.Equal(1, evidence.HalfSlopeRatio, 0.01);
    }

    [Fact]
    public void Grows_Level_IsNoSuspicion() => Assert.False(Grows(Line(48, 100, 0), headroom: 400, out _));

    // Within 45 seconds: the limit within a quarter of an hour, and a tenth of the headroom eaten.
    [Theory]
    [InlineData(5, 400, true)]
    [InlineData(5, 410, false)]
    [InlineData(1.8, 140, true)]
    [InlineData(1.6, 140, false)]
    public void Grows_ThreeQuartersOfAMinute_MustEatATenthOfTheHeadroom(double step, double headroom, bool grows) =>
        Assert.Equal(grows, Grows(Line(10, 50, step), headroom, out _));

    // Eight megabytes, or a tenth of the level it began at.
    [Theory]
    [InlineData(20, 0.85, false)]
    [InlineData(20, 0.95, true)]
    [InlineData(300, 3.2, false)]
    [InlineData(300, 3.5, true)]
    public void Grows_Size_IsEightMegabytesAndATenth(double from, double step, bool grows) =>
        Assert.Equal(grows, Grows(Line(10, from, step), headroom: 40, out _));

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Grows_Points_FiveAreNeeded(int count, bool grows) =>
        Assert.Equal(grows, Grows(Line(count, 100, 40), headroom: 400, out _, width: 10));

    [Fact]
    public void Grows_ShortHistory_MustSpanMostOfTheWindow() => Assert.False(Grows(Line(6, 100, 20), headroom: 400, out _));

    [Theory]
    [InlineData(0.4, false)]
    [InlineData(1.0, true)]
    public void Grows_SecondHalfIsFlatter_IsNoSuspicion(double ratio, bool grows) =>
        Assert.Equal(grows, Grows(SyntheticWindow.Bent(10, 100, 10, ratio), headroom: 400, out _));

    [Theory]
    [InlineData(1.01, false)]
    [InlineData(1.03, true)]
    public void Grows_LevelOfBefore_MustBeOutgrown(double ratio, bool grows)
    {
        PeakHistory peaks = new();
        peaks.Add(0, 145 * MB / ratio);
        peaks.Add(10_000, 1);

        Assert.Equal(grows, Grows(Line(10, 100, 5), headroom: 400, out _, peaks: peaks));
    }

    // Within three minutes the limit may be two hours away; growth of a tenth of the headroom is asked for all the same.
    [Theory]
    [InlineData(1, 300, true)]
    [InlineData(1, 330, false)]
    public void Grows_ThreeMinutes_MustEatATenthOfTheHeadroom(double step, double headroom, bool grows) =>
        Assert.Equal(grows, Grows(Line(37, 50, step), headroom, out _));

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1500, false)]
    public void Grows_HeadroomIsAGuess_TheLimitWithinTwoHoursIsEnough(double headroom, bool grows) =>
        Assert.Equal(grows, Grows(Line(37, 50, 0.9), headroom, out _, isHeadroomAssumed: true));

    [Theory]
    [InlineData(3.0, 20, true)]
    [InlineData(2.6, 20, false)]
    [InlineData(3.0, 30, false)]
    public void Grows_ToAMultiple_CountsHoweverFarTheLimit(double step, double from, bool grows) =>
        Assert.Equal(grows, Grows(Line(37, from, step), headroom: 1_000_000, out _));

    // Three collections, half a minute apart: each far above the one before.
    [Theory]
    [InlineData(new double[] { 100, 115, 130 }, 12, true)]
    [InlineData(new double[] { 100, 115, 130 }, 11, false)]
    [InlineData(new double[] { 100, 115, 130 }, 60, true)]
    [InlineData(new double[] { 100, 115, 130 }, 61, false)]
    [InlineData(new double[] { 100, 107, 115 }, 30, false)]
    [InlineData(new double[] { 100, 109, 118 }, 30, true)]
    [InlineData(new double[] { 100, 124, 130 }, 30, false)]
    [InlineData(new double[] { 100, 123, 130 }, 30, true)]
    [InlineData(new double[] { 100, 115 }, 30, false)]
    public void Grows_FewSteps_AreEnoughWhereCollectionsAreRare(double[] levels, double width, bool grows) =>
        Assert.Equal(grows, Grows(levels, headroom: 100, out _, width: width));

    [Theory]
    [InlineData(219, true)]
    [InlineData(221, false)]
    public void Grows_FewSteps_MustEatMoreThanAnEighthOfTheHeadroom(double headroom, bool grows) =>
        Assert.Equal(grows, Grows([100, 115, 130], headroom, out _, width: 30));

    [Fact]
    public void Grows_FewStepsOutsideTheHeap_AreNotEnough() =>
        Assert.False(Grows([100, 215, 330], headroom: 100, out _, width: 30, rules: TrendRules.Default.UnmanagedSuspicion));

    [Theory]
    [InlineData(1.01, false)]
    [InlineData(1.03, true)]
    public void Grows_FewStepsToALevelOfBefore_AreNotEnough(double ratio, bool grows)
    {
        PeakHistory peaks = new();
        peaks.Add(0, 130 * MB / ratio);
        peaks.Add(10_000, 1);

        Assert.Equal(grows, Grows([100, 115, 130], headroom: 100, out _, width: 30, peaks: peaks));
    }

    [Theory]
    [InlineData(0.39, false)]
    [InlineData(0.41, true)]
    [InlineData(double.NaN, true)]
    public void Grows_AllocatorSawLess_IsNoSuspicion(double share, bool grows) =>
        Assert.Equal(grows, Grows(Line(10, 100, 5), headroom: 400, out _, witness: share));

    private static double[] Line(int count, double from, double step) => SyntheticWindow.Line(count, from, step);

    private static bool Grows(
        double[] levels,
        double headroom,
        out GrowthEvidence evidence,
        double width = 5,
        PeakHistory? peaks = null,
        bool isHeadroomAssumed = false,
        double witness = double.NaN,
        SuspicionRules? rules = null)
    {
        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        for (int i = 0; i < levels.Length; i++)
        {
            points.Times[i] = 10_000 + (width * i);
            points.Floors[i] = levels[i] * MB;
            points.Witnesses[i] = witness * (levels[i] - levels[0]) * MB;
        }

        GrowthDemands demands = new(Uptime: 10_000, headroom * MB, 4 * MB, 0.05, double.NaN, 1, 30 * 86_400, IsUnmanaged: false, Peaks: null)
        {
            IsHeadroomAssumed = isHeadroomAssumed,
        };
        return FastCheck.Grows(points, levels.Length, peaks ?? new PeakHistory(), demands, rules ?? Rules, out evidence);
    }
}
