using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>What the report says of one thing that grows, or of two.</summary>
public sealed class TrendDetectorReportingTests
{
    private const double MB = SyntheticService.Megabyte;

    [Theory]
    [InlineData(MemorySeries.LiveHeap)]
    [InlineData(MemorySeries.Unmanaged)]
    [InlineData(MemorySeries.Fragmentation)]
    public void Observe_OneThingGrows_IsFirstSuspectedAndThenConfirmedAlone(MemorySeries series)
    {
        List<GrowthFact> growths = [];
        foreach (TrendReport report in Reports(Grow(series, perSecond: 0.05).Run(2 * 3600), ofHoles: series == MemorySeries.Fragmentation ? 0.05 : 0))
        {
            Assert.Null(report.SecondGrowth);
            if (report.Growth is { } growth)
            {
                growths.Add(growth);
            }
        }

        Assert.All(growths, growth => Assert.Equal(series, growth.Series));
        Assert.Equal([GrowthStage.Suspected, GrowthStage.Confirmed], growths.Select(static growth => growth.Stage).Distinct());
    }

    [Theory]
    [InlineData(0.05, 0.1, MemorySeries.Unmanaged)]
    [InlineData(0.1, 0.05, MemorySeries.LiveHeap)]
    public void Observe_TwoThingsGrow_TheSteeperIsTheFirst(double live, double unmanaged, MemorySeries first)
    {
        SyntheticService service = new() { Live = t => 100 + (live * t), Unmanaged = t => 40 + (unmanaged * t), Limit = 2048 * SyntheticService.Megabyte };

        TrendReport report = Reports(service.Run(3 * 3600)).Last();

        Assert.Equal(first, report.Growth!.Series);
        Assert.Equal(first == MemorySeries.Unmanaged ? MemorySeries.LiveHeap : MemorySeries.Unmanaged, report.SecondGrowth!.Series);
    }

    [Fact]
    public void Observe_StraightGrowth_IsSureOfItsRate()
    {
        MemoryTrend trend = Reports(Grow(MemorySeries.Unmanaged, perSecond: 0.1).Run(3600)).Last().Growth!.Trend;

        Assert.InRange(trend.PerHour / (360 * MB), 0.99, 1.01);
        Assert.InRange(trend.PerHourLow, 0.99 * trend.PerHour, trend.PerHour);
        Assert.InRange(trend.PerHourHigh, trend.PerHour, 1.01 * trend.PerHour);
        Assert.InRange(trend.Confidence, 0.999, 1);
    }

    [Fact]
    public void Observe_SuspicionOutsideTheHeap_TellsItsRate()
    {
        GrowthFact growth = Reports(Grow(MemorySeries.Unmanaged, perSecond: 2).Run(120)).Select(static report => report.Growth).OfType<GrowthFact>().First();

        Assert.Equal((MemorySeries.Unmanaged, GrowthStage.Suspected), (growth.Series, growth.Stage));
        Assert.InRange(growth.Trend.PerHour / (7200 * MB), 0.95, 1.05);
    }

    // The heap has a limit of its own, which what lies outside it does not fill.
    [Theory]
    [InlineData(MemorySeries.LiveHeap)]
    [InlineData(MemorySeries.Unmanaged)]
    public void Observe_HeapHasALimitOfItsOwn_IsForecastForTheHeapAlone(MemorySeries series)
    {
        IEnumerable<MemorySample> samples = Grow(series, perSecond: 0.1).Run(3600).Select(static sample => sample with { HeapLimitBytes = 500 * SyntheticService.Megabyte });
        TrendReport report = Reports(samples).First(static report => report.Growth?.Stage == GrowthStage.Confirmed);

        // A hundred megabytes at the start, and 165 with all that is outside the heap.
        double full = series == MemorySeries.LiveHeap ? (500 - 100) / 0.1 : (1024 - 165) / 0.1;
        Assert.InRange((report.Growth!.Forecast!.Best + report.Sample.Elapsed).TotalSeconds / full, 0.95, 1.05);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(100, false)]
    public void Observe_GrowthBelowTheUsersLeast_IsNotReported(long megabytes, bool isReported)
    {
        // 60 MB in an hour, of 200 that are left.
        SyntheticService service = new() { Live = static t => 100 + (t / 60), Limit = 365 * SyntheticService.Megabyte };
        TrendDetector detector = new(new TrendSettings { MinimumGrowthBytes = megabytes * SyntheticService.Megabyte });

        Assert.Equal(isReported, service.Run(3600).Any(sample => detector.Observe(sample).Growth is not null));
    }

    [Theory]
    [InlineData(29.9, false)]
    [InlineData(30, true)]
    public void Observe_FinalizerIsLateByHalfAMinute_IsBlocked(double seconds, bool isBlocked)
    {
        TrendDetector detector = new(new TrendSettings());

        Assert.Equal(isBlocked, detector.Observe(new SyntheticService().At(1) with { FinalizerLag = TimeSpan.FromSeconds(seconds) }).IsFinalizerBlocked);
    }

    private static SyntheticService Grow(MemorySeries series, double perSecond) => new()
    {
        Live = t => series == MemorySeries.LiveHeap ? 100 + (perSecond * t) : 100,
        Unmanaged = t => series == MemorySeries.Unmanaged ? 40 + (perSecond * t) : 40,
    };

    /// <param name="samples">The samples.</param>
    /// <param name="ofHoles">Megabytes a second by which the holes in the heap grow.</param>
    private static IEnumerable<TrendReport> Reports(IEnumerable<MemorySample> samples, double ofHoles = 0)
    {
        TrendDetector detector = new(new TrendSettings());
        foreach (MemorySample sample in samples)
        {
            yield return detector.Observe(ofHoles > 0 && sample.Gen2LiveBytes is not null
                ? sample with { Gen2FragmentedBytes = (long)(ofHoles * sample.Elapsed.TotalSeconds * MB) }
                : sample);
        }
    }
}
