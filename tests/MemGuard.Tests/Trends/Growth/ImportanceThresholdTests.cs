using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Growth of 100 MB that lies exactly at a threshold, and what a factor on the demands asks for.</summary>
public sealed class ImportanceThresholdTests
{
    private const double MB = 1 << 20;
    private const double Hour = 3600;

    /// <summary>Far too little of the headroom to matter.</summary>
    private const double Tiny = 0.001;

    [Fact]
    public void Judge_FourHours_AreLong() => Assert.Equal(GrowthRule.Slow, Judge(0.5, 4 * Hour));

    // Half of the headroom in five hours leaves five.
    [Theory]
    [InlineData(5, nameof(GrowthRule.Slow))]
    [InlineData(4.99, nameof(GrowthRule.None))]
    public void Judge_LimitAtTheHorizon_IsWithinIt(double hours, string rule) =>
        Assert.Equal(rule, Judge(0.5, 5 * Hour, floor: 1000, horizon: hours * Hour).ToString());

    // Beyond the horizon growth must be large compared with where it began.
    [Theory]
    [InlineData(0.5, 200, 1, nameof(GrowthRule.Slow))]
    [InlineData(0.501, 200, 1, nameof(GrowthRule.None))]
    [InlineData(0.5, 99, 2, nameof(GrowthRule.Slow))]
    [InlineData(0.5, 101, 2, nameof(GrowthRule.None))]
    public void Judge_LargeGrowth_IsTheLeastRatioOrMore(double ratio, double floor, double strictness, string rule)
    {
        ImportanceRules rules = new() { LargeGrowthRatio = ratio, BigGrowthRatio = 100 };

        Assert.Equal(rule, Judge(0.9, 5 * Hour, floor, horizon: 0.01 * Hour, strictness: strictness, rules: rules).ToString());
    }

    [Theory]
    [InlineData(3600, nameof(GrowthRule.Big))]
    [InlineData(3599, nameof(GrowthRule.None))]
    public void Judge_NoLimitKnown_AnHourIsLasting(double seconds, string rule) =>
        Assert.Equal(rule, Judge(Tiny, seconds, floor: 100, isHeadroomAssumed: true).ToString());

    // A quarter of the headroom, which is below the share that would be urgent.
    [Theory]
    [InlineData(1200, 0.25, 0.5, nameof(GrowthRule.Big))]
    [InlineData(1199, 0.25, 0.5, nameof(GrowthRule.None))]
    [InlineData(1200, 0.251, 0.5, nameof(GrowthRule.None))]
    [InlineData(1200, 0.25, 0.501, nameof(GrowthRule.None))]
    public void Judge_BigGrowth_IsEachLeastOrMore(double seconds, double share, double ratio, string rule) =>
        Assert.Equal(rule, Judge(0.25, seconds, floor: 200, rules: new ImportanceRules { BigShare = share, BigGrowthRatio = ratio }).ToString());

    // Twice 0.45 times where it began.
    [Theory]
    [InlineData(110, nameof(GrowthRule.Big))]
    [InlineData(112, nameof(GrowthRule.None))]
    public void Judge_BigGrowthAndTwiceAsStrict_IsTwiceTheRatio(double floor, string rule) =>
        Assert.Equal(rule, Judge(0.5, 1200, floor, strictness: 2).ToString());

    // Half of where it began, in half a day.
    [Theory]
    [InlineData(12, 200, 1, nameof(GrowthRule.Big))]
    [InlineData(11.99, 200, 1, nameof(GrowthRule.None))]
    [InlineData(12, 201, 1, nameof(GrowthRule.None))]
    [InlineData(12, 99, 2, nameof(GrowthRule.Big))]
    [InlineData(12, 101, 2, nameof(GrowthRule.None))]
    public void Judge_HalfOfItsOwnBaseInHalfADay_CountsWhateverTheHeadroom(double hours, double floor, double strictness, string rule) =>
        Assert.Equal(rule, Judge(Tiny, hours * Hour, floor, points: 12, strictness: strictness).ToString());

    // Four times where it began, in six minutes and a half.
    [Theory]
    [InlineData(390, 25, 1, nameof(GrowthRule.Big))]
    [InlineData(389, 25, 1, nameof(GrowthRule.None))]
    [InlineData(390, 25.1, 1, nameof(GrowthRule.None))]
    [InlineData(390, 12.4, 2, nameof(GrowthRule.Big))]
    [InlineData(390, 12.6, 2, nameof(GrowthRule.None))]
    public void Judge_MultipleOfItsOwnBaseInMinutes_CountsWhateverTheHeadroom(double seconds, double floor, double strictness, string rule) =>
        Assert.Equal(rule, Judge(Tiny, seconds, floor, points: 12, strictness: strictness, rules: new ImportanceRules { MultipleLeastBytes = 0 }).ToString());

    // A short one is under a quarter of an hour, in a service of half an hour and more.
    [Theory]
    [InlineData(899, 1800, nameof(GrowthRule.None))]
    [InlineData(900, 1800, nameof(GrowthRule.Urgent))]
    [InlineData(899, 1799, nameof(GrowthRule.Urgent))]
    public void Judge_ShortGrowthInAnOldService_NeedsMore(double seconds, double uptime, string rule) =>
        Assert.Equal(rule, Judge(0.31, seconds, uptime: uptime).ToString());

    // 0.25 at any length, half of it after a quiet past.
    [Theory]
    [InlineData(0.125, 1, true)]
    [InlineData(0.1249, 1, false)]
    [InlineData(0.25, 2, true)]
    [InlineData(0.2499, 2, false)]
    public void Allows_LeastShareOfAQuietPast_IsEnough(double urgency, double strictness, bool isAllowed)
    {
        ImportanceRules rules = new() { LargestShare = 0.25, QuietFactor = 0.5 };
        GrowthEvidence most = new() { Growth = MB, Span = 60, Urgency = urgency };

        Assert.Equal(isAllowed, Importance.Allows(most, 100 * MB, Demands(Tiny, 60, strictness, rules)));
    }

    // Growth outside the heap is compared with the heap as well.
    [Theory]
    [InlineData(0, true)]
    [InlineData(150, true)]
    [InlineData(250, false)]
    public void Allows_LevelBesideItsOwn_IsWhatItMustOutgrow(double level, bool isAllowed)
    {
        GrowthEvidence most = new() { Growth = 100 * MB, Span = 12 * Hour, Urgency = Tiny };

        Assert.Equal(isAllowed, Importance.Allows(most, 100 * MB, Demands(Tiny, 12 * Hour, 1, new ImportanceRules()) with { Level = level * MB }));
    }

    private static GrowthRule Judge(
        double share,
        double span,
        double floor = 1000,
        double? uptime = null,
        double horizon = 30 * 24 * Hour,
        bool isHeadroomAssumed = false,
        int points = 24,
        double strictness = 1,
        ImportanceRules? rules = null)
    {
        GrowthEvidence evidence = new() { Growth = 100 * MB, Span = span, Points = points };
        GrowthDemands demands = Demands(share, uptime ?? span, strictness, rules ?? new ImportanceRules()) with { Horizon = horizon, IsHeadroomAssumed = isHeadroomAssumed };
        return Importance.Judge(demands, floor * MB, ref evidence);
    }

    /// <summary>The headroom that makes 100 MB of growth this share.</summary>
    private static GrowthDemands Demands(double share, double uptime, double strictness, ImportanceRules rules) =>
        new(uptime, 100 * MB * (1 - share) / share, 4 * MB, 0.05, double.NaN, strictness, 30 * 24 * Hour, IsUnmanaged: false, Peaks: null)
        {
            Rules = TrendRules.Default with { Importance = rules },
        };
}
