using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class ImportanceTests
{
    private const double MB = 1 << 20;
    private const double Hour = 3600;

    [Theory]
    [InlineData(1, 0.27)]
    [InlineData(3, 0.22)]
    [InlineData(9, 0.10)]
    [InlineData(24, 0.05)]
    public void Judge_TheLongerItGrows_TheLessIsEnough(double hours, double share)
    {
        Assert.NotEqual(GrowthRule.None, Judge(share, hours * Hour, uptime: hours * Hour));
        Assert.Equal(GrowthRule.None, Judge(0.9 * share, hours * Hour, uptime: hours * Hour));
    }

    [Fact]
    public void Judge_QuietBefore_NeedsLess()
    {
        Assert.Equal(GrowthRule.None, Judge(0.20, 3 * Hour, uptime: 3 * Hour));
        Assert.Equal(GrowthRule.Urgent, Judge(0.20, 3 * Hour, uptime: 10 * Hour));
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

    private static GrowthRule Judge(double share, double span, double uptime, double horizon = 30 * 24 * Hour, bool isHeadroomAssumed = false, double floor = 300 * MB, double easedSpan = double.PositiveInfinity)
    {
        GrowthEvidence evidence = new() { Growth = 100 * MB, Span = span, Points = 24 };
        return Importance.Judge(Demands(share, uptime) with { Horizon = horizon, IsHeadroomAssumed = isHeadroomAssumed, EasedFactor = 0.35, EasedSpan = easedSpan }, floor, ref evidence);
    }

    /// <summary>The headroom that makes 100 MB of growth this share.</summary>
    private static GrowthDemands Demands(double share, double uptime) =>
        new(uptime, 100 * MB * (1 - share) / share, 4 * MB, 0.05, double.NaN, 1, 30 * 24 * Hour, IsUnmanaged: false, Peaks: null);
}
