using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Figures of a suspicion that lie exactly at a threshold, and what a factor on the demands asks for.</summary>
public sealed class FastCheckThresholdTests
{
    private const double MB = SyntheticWindow.MB;

    private static readonly SuspicionRules Rules = TrendRules.Default.HeapSuspicion;

    /// <summary>Nothing is urgent, so the long window alone decides.</summary>
    private static readonly SuspicionRules Patient = Rules with { UrgentSeconds = 0 };

    /// <summary>45 MB in three quarters of a minute, by a megabyte a second.</summary>
    private static readonly double[] Short = SyntheticWindow.Line(10, 100, 5);

    /// <summary>The same in three minutes, a point each four seconds.</summary>
    private static readonly double[] Long = SyntheticWindow.Line(46, 100, 1);

    /// <summary>32 MB in three collections, 64 seconds in all.</summary>
    private static readonly double[] Steps = [100, 116, 132];

    [Fact]
    public void Grows_StraightAsAsked_IsStraightEnough() =>
        Assert.True(Grows(Short, Rules with { LeastHalfSlopeRatio = 1, ShortHalfSlopeRatio = 1 }, headroom: 45));

    [Theory]
    [InlineData(45, true)]
    [InlineData(45.1, false)]
    public void Grows_LeastGrowth_IsEnough(double megabytes, bool grows) =>
        Assert.Equal(grows, Grows(Short, Rules with { LeastGrowthBytes = megabytes * MB }, headroom: 45));

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.501, false)]
    public void Grows_ShareThatIsUrgent_IsEnough(double share, bool grows) =>
        Assert.Equal(grows, Grows(Short, Rules with { UrgentShare = share }, headroom: 45));

    // The limit is 45 seconds away.
    [Theory]
    [InlineData(45, false)]
    [InlineData(45.1, true)]
    public void Grows_LimitAtTheTimeThatIsUrgent_IsNotNearEnough(double seconds, bool grows) =>
        Assert.Equal(grows, Grows(Short, Rules with { UrgentSeconds = seconds }, headroom: 45));

    [Theory]
    [InlineData(1, true)]
    [InlineData(1.01, false)]
    public void Grows_PointsOverTheLeastSpan_AreEnough(double share, bool grows) =>
        Assert.Equal(grows, Grows(Short, Rules with { LeastSpanShare = share }, headroom: 45));

    [Theory]
    [InlineData(1, true)]
    [InlineData(1.001, false)]
    public void Grows_AsSureAsAsked_IsSureEnough(double factor, bool grows)
    {
        double z = RobustSlope.KendallZ(Short);

        Assert.Equal(grows, Grows(Short, Rules with { LeastKendallZ = factor * z }, headroom: 45));
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.501, false)]
    public void Grows_AllocatorSawTheLeastShare_IsEnough(double share, bool grows) =>
        Assert.Equal(grows, Grows(Short, Rules with { LeastWitnessShare = share }, headroom: 45, witness: 0.5));

    // However surely a level creeps upwards: what it does in a single point is not growth.
    [Fact]
    public void Grows_LastPointAloneIsHigh_IsNoSuspicion() =>
        Assert.False(Grows([.. SyntheticWindow.Line(9, 20, 0.1), 40], Rules, headroom: 5));

    [Theory]
    [InlineData(1, true)]
    [InlineData(1.001, false)]
    public void Grows_LongAndStraightAsAsked_IsStraightEnough(double ratio, bool grows) =>
        Assert.Equal(grows, Grows(Long, Patient with { LongHalfSlopeRatio = ratio }, headroom: 45, width: 4));

    [Theory]
    [InlineData(45, 0.5, true)]
    [InlineData(45, 0.501, false)]
    [InlineData(44, 0.501, true)]
    public void Grows_LongShareThatIsUrgent_IsEnough(double headroom, double share, bool grows) =>
        Assert.Equal(grows, Grows(Long, Patient with { UrgentShare = share }, headroom, width: 4));

    // A quarter of a megabyte a second leaves 180 seconds.
    [Theory]
    [InlineData(180, false)]
    [InlineData(180.1, true)]
    public void Grows_LongAndTheLimitAtTheTimeThatIsFar_IsNotNearEnough(double seconds, bool grows) =>
        Assert.Equal(grows, Grows(Long, Patient with { FarSeconds = seconds }, headroom: 45, width: 4));

    [Fact]
    public void Grows_LongButItsSecondHalfIsFlatter_IsNoSuspicion() =>
        Assert.False(Grows(SyntheticWindow.Bent(46, 50, 1, 0.6), Patient with { LeastHalfSlopeRatio = 0 }, headroom: 45, width: 4));

    [Fact]
    public void Grows_LongToALevelOfBefore_IsNoSuspicion()
    {
        PeakHistory peaks = new();
        peaks.Add(0, 145 * MB);
        peaks.Add(10_000, 1);

        Assert.False(Grows(Long, Patient, headroom: 45, width: 4, peaks: peaks));
    }

    // A quarter of what makes a window a multiple.
    [Theory]
    [InlineData(180, true)]
    [InlineData(181, false)]
    public void Grows_ToTheLeastMultiple_IsEnough(double megabytes, bool grows)
    {
        TrendRules rules = TrendRules.Default with { Importance = new ImportanceRules { MultipleLeastBytes = megabytes * MB } };

        Assert.Equal(grows, Grows(SyntheticWindow.Line(46, 5, 1), Patient, headroom: 1_000_000, width: 4, all: rules));
    }

    [Theory]
    [InlineData(new double[] { 100, 108, 116 }, false)]
    [InlineData(new double[] { 100, 108, 116.1 }, true)]
    [InlineData(new double[] { 100, 130 }, false)]
    public void Grows_FewSteps_AreThreeOverMoreThanSixteenMegabytes(double[] levels, bool grows) =>
        Assert.Equal(grows, Grows(levels, Rules, headroom: 16, width: 32));

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.501, false)]
    public void Grows_FewStepsOfTheShareThatIsUrgent_AreEnough(double share, bool grows) =>
        Assert.Equal(grows, Grows(Steps, Rules with { UrgentShare = share, FewStepsUrgentFactor = 1 }, headroom: 32, width: 32));

    // Half a megabyte a second leaves 64 seconds.
    [Theory]
    [InlineData(64, false)]
    [InlineData(64.1, true)]
    public void Grows_FewStepsAndTheLimitAtTheTimeThatIsUrgent_AreNotNearEnough(double seconds, bool grows) =>
        Assert.Equal(grows, Grows(Steps, Rules with { UrgentSeconds = seconds }, headroom: 32, width: 32));

    // Twice as strict: 16 MB and a fifth of the headroom.
    [Theory]
    [InlineData(1.7, 15, false)]
    [InlineData(1.9, 15, true)]
    [InlineData(5, 182, false)]
    [InlineData(5, 178, true)]
    public void Grows_TwiceAsStrict_NeedsTwiceTheGrowthAndTwiceTheShare(double step, double headroom, bool grows) =>
        Assert.Equal(grows, Grows(SyntheticWindow.Line(10, 40, step), Rules, headroom, strictness: 2));

    // 32 MB in three minutes, and a fifth of the headroom.
    [Theory]
    [InlineData(0.70, 32, false)]
    [InlineData(0.72, 32, true)]
    [InlineData(1, 182, false)]
    [InlineData(1, 178, true)]
    public void Grows_LongAndTwiceAsStrict_NeedsTwiceTheGrowthAndTwiceTheShare(double step, double headroom, bool grows) =>
        Assert.Equal(grows, Grows(SyntheticWindow.Line(46, 40, step), Patient, headroom, width: 4, strictness: 2));

    // 32 MB, and 24 % of the headroom.
    [Theory]
    [InlineData(new double[] { 100, 115, 131 }, 60, false)]
    [InlineData(new double[] { 100, 116, 133 }, 60, true)]
    [InlineData(new double[] { 100, 120, 140 }, 128, false)]
    [InlineData(new double[] { 100, 120, 140 }, 125, true)]
    public void Grows_FewStepsAndTwiceAsStrict_NeedTwiceTheGrowthAndTwiceTheShare(double[] levels, double headroom, bool grows) =>
        Assert.Equal(grows, Grows(levels, Rules, headroom, width: 30, strictness: 2));

    private static bool Grows(
        double[] levels,
        SuspicionRules rules,
        double headroom,
        double width = 5,
        double strictness = 1,
        double witness = double.NaN,
        PeakHistory? peaks = null,
        TrendRules? all = null)
    {
        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        for (int i = 0; i < levels.Length; i++)
        {
            points.Times[i] = 10_000 + (width * i);
            points.Floors[i] = levels[i] * MB;
            points.Witnesses[i] = witness * (levels[i] - levels[0]) * MB;
        }

        GrowthDemands demands = new(Uptime: 10_000, headroom * MB, 4 * MB, 0.05, double.NaN, strictness, 30 * 86_400, IsUnmanaged: false, Peaks: null) { Rules = all ?? TrendRules.Default };
        return FastCheck.Grows(points, levels.Length, peaks ?? new PeakHistory(), demands, rules, out _);
    }
}
