using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class ImportanceTests
{
    private const double MB = 1 << 20;
    private const double Hour = 3600;

    [Theory]
    [InlineData(1, 0.27)]
    [InlineData(3, 0.16)]
    [InlineData(9, 0.072)]
    [InlineData(24, 0.036)]
    public void Judge_TheLongerItGrows_TheLessIsEnough(double hours, double share)
    {
        Assert.NotEqual(GrowthRule.None, Judge(share, hours * Hour, uptime: hours * Hour));
        Assert.Equal(GrowthRule.None, Judge(0.9 * share, hours * Hour, uptime: hours * Hour));
    }

    [Fact]
    public void Judge_QuietBefore_NeedsLess()
    {
        Assert.Equal(GrowthRule.None, Judge(0.14, 3 * Hour, uptime: 3 * Hour));
        Assert.Equal(GrowthRule.Urgent, Judge(0.14, 3 * Hour, uptime: 10 * Hour));
    }

    [Fact]
    public void Judge_MinutesOfGrowthInAnOldService_NeedMore()
    {
        Assert.Equal(GrowthRule.Urgent, Judge(0.29, 600, uptime: 700));
        Assert.Equal(GrowthRule.None, Judge(0.29, 600, uptime: 10 * Hour));
    }

    [Theory]
    [InlineData(0.4, false)]
    [InlineData(0.6, true)]
    public void Judge_KnownCause_LessIsEnoughOnceItHasLastedLongEnough(double hours, bool isImportant) =>
        Assert.Equal(isImportant, Judge(0.15, hours * Hour, uptime: hours * Hour, easedSpan: 0.5 * Hour) != GrowthRule.None);

    [Fact]
    public void Judge_LimitBeyondTheHorizon_IsNotImportant() =>
        Assert.Equal(GrowthRule.None, Judge(0.23, 5 * Hour, uptime: 5 * Hour, horizon: 6 * Hour, floor: 500 * MB));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Judge_NoLimitKnown_HoursOfLargeGrowthAreEnough(bool isHeadroomAssumed) =>
        Assert.Equal(isHeadroomAssumed, Judge(0.06, 5 * Hour, uptime: 5 * Hour, isHeadroomAssumed: isHeadroomAssumed) == GrowthRule.Slow);

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Judge_NoLimitKnown_AnHourOfVeryLargeGrowthIsEnough(double hours) =>
        Assert.Equal(hours >= 1, Judge(0.06, hours * Hour, uptime: 5 * Hour, isHeadroomAssumed: true, floor: 100 * MB) == GrowthRule.Big);

    [Theory]
    [InlineData(899, 1801, 0.31, false)]
    [InlineData(899, 1801, 0.33, true)]
    [InlineData(901, 1801, 0.18, true)]
    [InlineData(899, 1799, 0.18, true)]
    public void Judge_AQuarterOfAnHourInAnOldService_NeedsAThird(double span, double uptime, double share, bool isImportant) =>
        Assert.Equal(isImportant, Judge(share, span, uptime) != GrowthRule.None);

    [Theory]
    [InlineData(0.60, 0.65, 1)]
    [InlineData(0.59, 0.65, 1)]
    [InlineData(0.85, 1, 1)]
    [InlineData(0.725, 0.825, 1)]
    public void Judge_PartOfALife_NeedsAPartMore(double ofLife, double factor, double hours)
    {
        double share = 0.27 * factor;

        Assert.NotEqual(GrowthRule.None, Judge(share + 0.002, hours * Hour, hours * Hour / ofLife));
        Assert.Equal(GrowthRule.None, Judge(share - 0.002, hours * Hour, hours * Hour / ofLife));
    }

    [Theory]
    [InlineData(3.9, false)]
    [InlineData(4.1, true)]
    public void Judge_FourHours_AreSlow(double hours, bool isSlow) =>
        Assert.Equal(isSlow ? GrowthRule.Slow : GrowthRule.Urgent, Judge(0.3, hours * Hour, hours * Hour));

    [Theory]
    [InlineData(0.29, false)]
    [InlineData(0.31, true)]
    public void Judge_LimitBeyondTheHorizonButGrowthOfAThird_IsImportant(double ratio, bool isImportant) =>
        Assert.Equal(isImportant, Judge(0.23, 5 * Hour, uptime: 5 * Hour, horizon: 6 * Hour, floor: 100 * MB / ratio) == GrowthRule.Slow);

    [Theory]
    [InlineData(16.7, true)]
    [InlineData(16.8, false)]
    public void Judge_LimitAtTheHorizon_IsWithin(double hours, bool isBeyond) =>
        Assert.Equal(isBeyond, Judge(0.23, 5 * Hour, uptime: 5 * Hour, horizon: hours * Hour, floor: 500 * MB) == GrowthRule.None);

    [Theory]
    [InlineData(0.44, 20.1, 17, 0.23, false, false)]
    [InlineData(0.46, 20.1, 17, 0.23, false, true)]
    [InlineData(0.46, 19.9, 17, 0.23, false, false)]
    [InlineData(0.46, 20.1, 16, 0.23, false, false)]
    [InlineData(0.46, 20.1, 17, 0.215, false, false)]
    [InlineData(0.59, 20.1, 17, 0.23, true, false)]
    [InlineData(0.61, 20.1, 17, 0.23, true, true)]
    public void Judge_VeryLargeGrowth_IsImportantAfterTwentyMinutesAndAFifthOfTheHeadroom(double ratio, double minutes, int points, double share, bool isUnmanaged, bool isImportant) =>
        Assert.Equal(isImportant, Judge(share, minutes * 60, uptime: minutes * 60, floor: 100 * MB / ratio, points: points, isUnmanaged: isUnmanaged) == GrowthRule.Big);

    [Theory]
    [InlineData(0.222, false)]
    [InlineData(0.232, true)]
    public void Judge_HeadroomIsAGuess_NeedsAtLeastAFifth(double share, bool isImportant) =>
        Assert.Equal(isImportant, Judge(share, 3 * Hour, uptime: 3 * Hour, isHeadroomAssumed: true, floor: 1000 * MB) != GrowthRule.None);

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public void Judge_NoLimitKnown_AnHourOfVeryLargeGrowthIsNeeded(double minutes, bool isImportant) =>
        Assert.Equal(isImportant, Judge(0.06, minutes * 60, uptime: 5 * Hour, isHeadroomAssumed: true, floor: 100 * MB) == GrowthRule.Big);

    [Theory]
    [InlineData(1.4)]
    [InlineData(0.7)]
    public void Judge_Strictness_MovesTheShare(double strictness)
    {
        Assert.Equal(GrowthRule.None, Judge((0.27 * strictness) - 0.005, Hour, Hour, floor: 1000 * MB, strictness: strictness));
        Assert.Equal(GrowthRule.Urgent, Judge((0.27 * strictness) + 0.005, Hour, Hour, floor: 1000 * MB, strictness: strictness));
    }

    [Fact]
    public void Allows_WhateverMayBeImportant()
    {
        for (double hours = 0.1; hours < 48; hours *= 1.3)
        {
            for (double share = 0.02; share < 0.5; share += 0.02)
            {
                bool isImportant = Judge(share, hours * Hour, uptime: 3 * hours * Hour) != GrowthRule.None;
                bool isAllowed = Demands(share, 3 * hours * Hour).Allows(100 * MB, 75 * MB, hours * Hour, out _);

                Assert.True(isAllowed || !isImportant, $"{share:0.00} after {hours:0.0} h");
            }
        }
    }

    private static GrowthRule Judge(double share, double span, double uptime, double horizon = 30 * 24 * Hour, bool isHeadroomAssumed = false, double floor = 300 * MB, double easedSpan = double.PositiveInfinity, int points = 24, bool isUnmanaged = false, double strictness = 1)
    {
        GrowthEvidence evidence = new() { Growth = 100 * MB, Span = span, Points = points };
        return Importance.Judge(Demands(share, uptime) with { Horizon = horizon, IsHeadroomAssumed = isHeadroomAssumed, EasedFactor = 0.35, EasedSpan = easedSpan, IsUnmanaged = isUnmanaged, Strictness = strictness }, floor, ref evidence);
    }

    /// <summary>The headroom that makes 100 MB of growth this share.</summary>
    private static GrowthDemands Demands(double share, double uptime) =>
        new(uptime, 100 * MB * (1 - share) / share, 4 * MB, 0.05, double.NaN, 1, 30 * 24 * Hour, IsUnmanaged: false, Peaks: null);
}
