using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Samples that come twice, late, or from the next life of the process.</summary>
public sealed class TrendDetectorClockTests
{
    private readonly TrendDetector _detector = new(new TrendSettings());

    [Fact]
    public void Observe_SameTimeAgain_IsDropped()
    {
        _detector.Observe(At(100));

        Assert.False(_detector.Observe(Blocked(100)).IsFinalizerBlocked);
        Assert.True(_detector.Observe(Blocked(100.1)).IsFinalizerBlocked);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(71)]
    [InlineData(99)]
    public void Observe_LateByHalfAMinuteAtMost_IsDroppedHoweverOften(double time)
    {
        _detector.Observe(At(100));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.False(_detector.Observe(Blocked(time)).IsFinalizerBlocked));
    }

    [Fact]
    public void Observe_ClockIsFarBehindForThreeSamples_IsAnotherLife()
    {
        _detector.Observe(At(100));

        Assert.False(_detector.Observe(Blocked(10)).IsFinalizerBlocked);
        Assert.False(_detector.Observe(Blocked(11)).IsFinalizerBlocked);
        Assert.True(_detector.Observe(Blocked(12)).IsFinalizerBlocked);
    }

    [Theory]
    [InlineData(MemorySeries.LiveHeap)]
    [InlineData(MemorySeries.Unmanaged)]
    [InlineData(MemorySeries.Fragmentation)]
    public void Observe_GrowthWasConfirmedInTheLifeBefore_IsForgotten(MemorySeries series)
    {
        TrendReport before = Observe(Leak(series, perSecond: 0.1).Run(3600), series);

        TrendReport after = Observe(new SyntheticService().Run(10));

        Assert.Equal((series, GrowthStage.Confirmed), (before.Growth!.Series, before.Growth.Stage));
        Assert.Null(after.Growth);
    }

    // Within two minutes and without a full collection.
    [Theory]
    [InlineData(MemorySeries.Heap)]
    [InlineData(MemorySeries.Unmanaged)]
    public void Observe_GrowthWasSuspectedInTheLifeBefore_IsForgotten(MemorySeries series)
    {
        TrendReport before = Observe(Leak(series, perSecond: 2, fullEvery: 1e6).Run(120));

        TrendReport after = Observe(new SyntheticService { FullEvery = 1e6 }.Run(10));

        Assert.Equal((series, GrowthStage.Suspected), (before.Growth!.Series, before.Growth.Stage));
        Assert.Null(after.Growth);
    }

    [Fact]
    public void Observe_CountsClimbedInTheLifeBefore_AreForgotten()
    {
        TrendReport before = Observe(new SyntheticService { Timers = static t => 20 * t, Assemblies = static t => 120 + (2 * t) }.Run(400));

        TrendReport after = Observe(new SyntheticService().Run(10));

        Assert.NotNull(before.Timers);
        Assert.NotNull(before.Assemblies);
        Assert.Equal((null, null), (after.Timers, after.Assemblies));
    }

    [Fact]
    public void Observe_CollectionsOfTheLifeBefore_AreNotRecentInTheNext()
    {
        Observe(new SyntheticService().Run(3600));

        Assert.Contains(Leak(MemorySeries.Heap, perSecond: 2, fullEvery: 1e6).Run(120), sample => _detector.Observe(sample).WantsFullCollection);
    }

    [Fact]
    public void Observe_LevelOfTheLifeBefore_IsNoPeakOfTheNext()
    {
        Observe(new SyntheticService { Live = static _ => 800, IntervalSeconds = 10 }.Run(2 * 3600));

        TrendReport report = Observe(new SyntheticService { Live = static t => 100 + (Math.Max(0, t - 3600) / 10), IntervalSeconds = 10 }.Run(2 * 3600));

        Assert.Equal(GrowthStage.Confirmed, report.Growth?.Stage);
    }

    [Fact]
    public void Renew_NothingIsWrong_IsTheReportOfBefore()
    {
        TrendReport report = Observe(new SyntheticService().Run(1000));

        Assert.Same(report, _detector.Renew());
    }

    [Fact]
    public void Renew_SomethingIsWrong_IsMadeAnewAfterHalfAMinute()
    {
        SyntheticService full = new() { Live = static _ => 980 };
        TrendReport near = full.Run(2000).Select(sample => _detector.Observe(sample)).First(static report => report.IsNearLimit);
        double time = near.Sample.Elapsed.TotalSeconds;

        Assert.Same(near, _detector.Observe(full.At(time + 29.9)));
        Assert.Same(near, _detector.Renew());

        _detector.Observe(full.At(time + 30));
        Assert.NotSame(near, _detector.Renew());
    }

    private static SyntheticService Leak(MemorySeries series, double perSecond, double fullEvery = 10) => new()
    {
        Live = t => series is MemorySeries.LiveHeap or MemorySeries.Heap ? 100 + (perSecond * t) : 100,
        Unmanaged = t => series == MemorySeries.Unmanaged ? 40 + (perSecond * t) : 40,
        FullEvery = fullEvery,
    };

    private static MemorySample At(double time) => new SyntheticService().At(time);

    private static MemorySample Blocked(double time) => At(time) with { FinalizerLag = TimeSpan.FromSeconds(30) };

    /// <summary>The last report; where it is asked for, the holes in the heap grow by 0.1 MB a second.</summary>
    private TrendReport Observe(IEnumerable<MemorySample> samples, MemorySeries? series = null)
    {
        TrendReport? report = null;
        foreach (MemorySample sample in samples)
        {
            report = _detector.Observe(series == MemorySeries.Fragmentation && sample.Gen2LiveBytes is not null
                ? sample with { Gen2FragmentedBytes = (long)(0.1 * sample.Elapsed.TotalSeconds * SyntheticService.Megabyte) }
                : sample);
        }

        return report!;
    }
}
