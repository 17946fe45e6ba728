using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Readings of a heap that grows by a megabyte a second from 100 MB, whatever a test changes.</summary>
public sealed class ConfirmationCheckExamineTests
{
    private const double MB = 1 << 20;

    [Fact]
    public void Examine_FifthOfTheHeadroomAndTheLimitWithinMinutes_Passes()
    {
        GrowthEvidence evidence = Examine(seconds: 60, Demands(60, share: 0.19));

        Assert.Equal((GrowthRule.FullCollections, GrowthTest.None), (evidence.Rule, evidence.Failed));
        Assert.Equal((60 * MB, 0.19), (evidence.Growth, Math.Round(evidence.Urgency, 6)));
    }

    [Theory]
    [InlineData(0.17, 60, 0, nameof(GrowthTest.Importance))]
    [InlineData(0.19, 60, 0, nameof(GrowthTest.None))]
    [InlineData(0.19, 60, 1800, nameof(GrowthTest.Importance))]
    [InlineData(0.39, 60, 1800, nameof(GrowthTest.Importance))]
    [InlineData(0.41, 60, 1800, nameof(GrowthTest.None))]
    [InlineData(0.41, 60, 1799, nameof(GrowthTest.None))]
    // A fifth of the headroom after 100 s leaves more than five minutes and a half.
    [InlineData(0.22, 100, 0, nameof(GrowthTest.Importance))]
    [InlineData(0.25, 100, 0, nameof(GrowthTest.None))]
    // Over two minutes a third is enough, however far the limit.
    [InlineData(0.34, 180, 0, nameof(GrowthTest.Importance))]
    [InlineData(0.36, 180, 0, nameof(GrowthTest.None))]
    [InlineData(0.36, 180, 3600, nameof(GrowthTest.None))]
    public void Examine_ShareOfTheHeadroom_DependsOnSpanAndUptime(double share, double seconds, double uptime, string failed) =>
        Assert.Equal(failed, Examine(seconds, Demands(seconds, share) with { Uptime = uptime }).Failed.ToString());

    [Fact]
    public void Examine_TwiceAsStrict_NeedsTwiceTheShare()
    {
        Assert.Equal(GrowthTest.Importance, Examine(60, Demands(60, share: 0.35) with { Strictness = 2 }).Failed);
        Assert.Equal(GrowthTest.None, Examine(60, Demands(60, share: 0.37) with { Strictness = 2 }).Failed);
        Assert.Equal(GrowthTest.Importance, Examine(180, Demands(180, share: 0.69) with { Strictness = 2, Uptime = 3600 }).Failed);
        Assert.Equal(GrowthTest.None, Examine(180, Demands(180, share: 0.71) with { Strictness = 2, Uptime = 3600 }).Failed);
    }

    [Theory]
    [InlineData(0.7, nameof(GrowthTest.LevellingOff))]
    [InlineData(1.0, nameof(GrowthTest.None))]
    public void Examine_SecondHalfIsFlatter_LevelsOff(double ratio, string failed)
    {
        double[] times = [0, 10, 20, 30, 40, 50, 60];
        double[] values = [.. times.Select(time => (100 + Math.Min(time, 30) + (ratio * Math.Max(0, time - 30))) * MB)];

        GrowthEvidence evidence = ConfirmationCheck.Examine(times, values, values[0], Demands(60, share: 0.4));

        Assert.Equal(failed, evidence.Failed.ToString());
    }

    [Fact]
    public void Examine_UnevenReadings_AreNotSure()
    {
        double[] times = [0, 10, 20, 30, 40, 50];
        double[] values = [100 * MB, 118 * MB, 112 * MB, 136 * MB, 133 * MB, 170 * MB];

        Assert.Equal(GrowthTest.LevellingOff, ConfirmationCheck.Examine(times, values, values[0], Demands(70, share: 0.5)).Failed);
    }

    // Four times where the heap began, and 384 MB at least, over five minutes.
    [Theory]
    [InlineData(300, 2, 100, nameof(GrowthTest.None))]
    [InlineData(290, 2, 100, nameof(GrowthTest.Importance))]
    [InlineData(300, 1.2, 100, nameof(GrowthTest.Importance))]
    [InlineData(300, 2, 155, nameof(GrowthTest.Importance))]
    [InlineData(300, 1.29, 20, nameof(GrowthTest.None))]
    [InlineData(300, 1.27, 20, nameof(GrowthTest.Importance))]
    public void Examine_Manifold_IsImportantWhateverTheHeadroom(double seconds, double perSecond, double from, string failed)
    {
        double[] times = [.. Enumerable.Range(0, (int)(seconds / 10) + 1).Select(static i => 10.0 * i)];
        double[] values = [.. times.Select(time => (from + (perSecond * time)) * MB)];

        Assert.Equal(failed, ConfirmationCheck.Examine(times, values, from * MB, Demands(seconds, share: 0.01)).Failed.ToString());
    }

    [Fact]
    public void Examine_LowestReadingBeforeTheSuspicion_IsWhereGrowthBegan()
    {
        double[] times = [0, 10, 20, 30, 40];
        double[] values = [.. times.Select(static time => (100 + time) * MB)];

        Assert.Equal(120 * MB, ConfirmationCheck.Examine(times, values, 20 * MB, Demands(40, share: 0.2)).Growth);
    }

    [Fact]
    public void Examine_HolderIsWaitedFor_IsHeldBack()
    {
        GrowthHolder holder = new() { Kind = HolderKind.RunningWork, Name = "", ValidUntil = 5000, WaitsUntil = 5000 };

        // A slow one: the limit is further away than ten minutes.
        double[] times = [.. Enumerable.Range(0, 40).Select(static i => 10.0 * i)];
        double[] values = [.. times.Select(static time => (100 + (0.1 * time)) * MB)];

        Assert.Equal(GrowthTest.Holder, ConfirmationCheck.Examine(times, values, values[0], Demands(39, share: 0.36) with { Holder = holder }).Failed);
    }

    [Theory]
    [InlineData(0.21, 0, false)]
    [InlineData(0.23, 0, true)]
    [InlineData(0.39, 1800, false)]
    [InlineData(0.41, 1800, true)]
    public void IsSure_LargeShare_NeedsNoSecondLook(double share, double uptime, bool isSure)
    {
        GrowthDemands demands = Demands(60, share) with { Uptime = uptime };

        Assert.Equal(isSure, ConfirmationCheck.IsSure(Examine(60, demands), demands));
    }

    [Theory]
    [InlineData(new double[] { 0, 10, 20, 30 }, true)]
    [InlineData(new double[] { 0, 20, 30 }, false)]
    [InlineData(new double[] { 0, 10, 20, 29 }, false)]
    public void IsEnough_FourReadingsOverHalfAMinute(double[] times, bool isEnough) =>
        Assert.Equal(isEnough, ConfirmationCheck.IsEnough(times, TrendRules.Default.Confirmation));

    // Half of the headroom is gone, and 60 seconds are left, exactly.
    [Theory]
    [InlineData(0.5, 1, 61, nameof(GrowthTest.None))]
    [InlineData(0.501, 1, 61, nameof(GrowthTest.Importance))]
    [InlineData(0.5, 1, 60, nameof(GrowthTest.Importance))]
    [InlineData(0.5, 1.001, 61, nameof(GrowthTest.LevellingOff))]
    public void Examine_SoonAndSteadyAsAsked_Passes(double share, double halfSlopeRatio, double seconds, string failed) =>
        Assert.Equal(failed, Examine(60, With(60, 0.5, new ConfirmationRules { SoonShare = share, LeastHalfSlopeRatio = halfSlopeRatio, SoonSeconds = seconds })).Failed.ToString());

    [Theory]
    [InlineData(0.5, 120, nameof(GrowthTest.None))]
    [InlineData(0.501, 120, nameof(GrowthTest.Importance))]
    [InlineData(0.5, 121, nameof(GrowthTest.Importance))]
    public void Examine_LargeAsAsked_Passes(double share, double seconds, string failed) =>
        Assert.Equal(failed, Examine(120, With(120, 0.5, new ConfirmationRules { LargeShare = share, LargeSpanSeconds = seconds, SoonSeconds = 0 })).Failed.ToString());

    // 300 MB in five minutes; three times where it began, or four.
    [Theory]
    [InlineData(3, 1, nameof(GrowthTest.None))]
    [InlineData(3.01, 1, nameof(GrowthTest.Importance))]
    [InlineData(2, 1.4, nameof(GrowthTest.None))]
    [InlineData(2, 1.6, nameof(GrowthTest.Importance))]
    public void Examine_ManifoldAsAsked_Passes(double ratio, double strictness, string failed)
    {
        TrendRules rules = TrendRules.Default with { Importance = new ImportanceRules { MultipleLeastBytes = 0, MultipleRatio = ratio } };

        Assert.Equal(failed, Examine(300, Demands(300, share: 0.01) with { Rules = rules, Strictness = strictness }).Failed.ToString());
    }

    [Theory]
    [InlineData(0.25, 1, true)]
    [InlineData(0.251, 1, false)]
    [InlineData(0.125, 2, true)]
    [InlineData(0.126, 2, false)]
    public void IsSure_ShareAsAsked_NeedsNoSecondLook(double share, double strictness, bool isSure)
    {
        // Growth of 60 MB is exactly a quarter of it and of 180 MB that are left.
        GrowthDemands demands = With(60, 0.25, new ConfirmationRules { SureShare = share }) with { Strictness = strictness };

        Assert.Equal(isSure, ConfirmationCheck.IsSure(Examine(60, demands), demands));
    }

    private static GrowthDemands With(double megabytes, double share, ConfirmationRules rules) =>
        Demands(megabytes, share) with { Rules = TrendRules.Default with { Confirmation = rules } };

    private static GrowthEvidence Examine(double seconds, in GrowthDemands demands)
    {
        double[] times = [.. Enumerable.Range(0, (int)(seconds / 10) + 1).Select(static i => 10.0 * i)];
        double[] values = [.. times.Select(static time => (100 + time) * MB)];
        return ConfirmationCheck.Examine(times, values, values[0], demands);
    }

    /// <summary>Demands of a young service in which growth of so many megabytes is this share.</summary>
    private static GrowthDemands Demands(double megabytes, double share) =>
        new(Uptime: 300, megabytes * MB * (1 - share) / share, 4 * MB, 0.05, double.NaN, 1, 30 * 86_400, IsUnmanaged: false, Peaks: null);
}
