using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public class TrendDetectorTests
{
    [Fact]
    public void Observe_SteadyService_ReportsNothing()
    {
        TrendReport report = Last(new SyntheticService().Run(4 * 3600));

        Assert.Null(report.Growth);
    }

    [Fact]
    public void Observe_LiveHeapGrowsTowardsLimit_IsConfirmed()
    {
        TrendReport report = Last(new SyntheticService { Live = t => 100 + (t / 10) }.Run(1 * 3600));

        Assert.Equal((MemorySeries.LiveHeap, GrowthStage.Confirmed), (report.Growth!.Series, report.Growth.Stage));
    }

    [Fact]
    public void Observe_LiveHeapGrowsTowardsLimit_ForecastsWithinAFifth()
    {
        SyntheticService service = new() { Live = t => 100 + (t / 10) };
        TrendDetector detector = new(new TrendSettings());
        TrendReport report = service.Run(6 * 3600).Select(sample => detector.Observe(sample)).First(one => one.Growth?.Stage == GrowthStage.Confirmed);

        // The container is full when heap, its slack and the rest reach 1024 MB: at (1024 - 165) * 10 seconds.
        double truth = 8590 - report.Sample.Elapsed.TotalSeconds;
        Assert.InRange(report.Growth!.Forecast!.Best.TotalSeconds / truth, 0.8, 1.2);
    }

    // From where to where in which time: whoever divides must get the rate, whichever rule has spoken.
    [Theory]
    [InlineData(0.05, 4)]
    [InlineData(0.3, 4)]
    [InlineData(1.5, 1)]
    public void Observe_SteadyGrowth_StartEndAndWindowAgreeWithIt(double megabytesPerSecond, int hours)
    {
        IEnumerable<GrowthFact> growths = Reports(new SyntheticService { Live = t => 100 + (t * megabytesPerSecond), Limit = 8192 }.Run(hours * 3600))
            .Select(static report => report.Growth).OfType<GrowthFact>().ToList();

        Assert.Contains(growths, static growth => growth.Stage == GrowthStage.Confirmed);
        Assert.All(growths, growth => Assert.InRange(growth.Trend.Growth / growth.Trend.Window.TotalSeconds / (megabytesPerSecond * (1 << 20)), 0.85, 1.15));
    }

    // Confirming collections come in bursts: uneven readings are the usual case.
    [Fact]
    public void Examine_UnevenReadings_LevelsAndTimeAgree()
    {
        double[] times = [0, 200, 400, 410, 420, 430, 500, 520];
        GrowthWindow points = new SyntheticWindow { Levels = [.. times.Select(static time => 100 + time)] }.Window();
        times.CopyTo(points.Times);

        Assert.Equal(SyntheticWindow.MB, (points.Quarter(3) - points.Quarter(0)) / points.BetweenQuarters, 1.0);
    }

    // The budget may stretch the interval to ten seconds: times are the samples' own.
    [Fact]
    public void Observe_SamplesComeTenTimesLessOftenFromSomeTimeOn_KeepsTheRate()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { Unmanaged = t => 40 + (t / 10) }.Run(2 * 3600)
            .Where(static sample => sample.Elapsed < TimeSpan.FromMinutes(20) || (int)sample.Elapsed.TotalSeconds % 10 == 0);

        GrowthFact growth = Last(samples).Growth!;

        Assert.Equal((MemorySeries.Unmanaged, GrowthStage.Confirmed), (growth.Series, growth.Stage));
        Assert.InRange(growth.Trend.PerHour / (1 << 20), 0.9 * 360, 1.1 * 360);
    }

    [Fact]
    public void Observe_SawtoothWithFlatFloor_ReportsNoGrowth()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { Live = t => 100 + (t % 1800 / 30) }.Run(8 * 3600);

        Assert.DoesNotContain(Reports(samples), report => report.Growth?.Stage == GrowthStage.Confirmed);
    }

    [Fact]
    public void Observe_CacheFillsAndLevelsOff_IsNeverConfirmed()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { Live = t => 100 + (200 * (1 - Math.Exp(-t / 1200))) }.Run(6 * 3600);

        Assert.DoesNotContain(Reports(samples), report => report.Growth?.Stage == GrowthStage.Confirmed);
    }

    [Fact]
    public void Observe_LiveFollowsTheLoadUp_IsNeverConfirmed()
    {
        SyntheticService service = new() { Live = t => 100 * Load(t) };
        IEnumerable<MemorySample> samples = service.Run(6 * 3600).Select(s => s with { LoadTotal = Total(s.Elapsed.TotalSeconds) });

        Assert.DoesNotContain(Reports(samples), report => report.Growth?.Stage == GrowthStage.Confirmed);

        static double Load(double t) => t < 3600 ? 1 : Math.Min(3, 1 + ((t - 3600) / 5400));
        // The integral of the load: one, then a ramp to three, then three.
        static double Total(double t)
        {
            double ramp = Math.Clamp(t - 3600, 0, 10_800);
            return 50 * (Math.Min(t, 3600) + ramp + (ramp * ramp / 10_800) + (3 * Math.Max(0, t - 14_400)));
        }
    }

    [Fact]
    public void Observe_UnmanagedMemoryGrows_NamesUnmanaged()
    {
        TrendReport report = Last(new SyntheticService { Unmanaged = t => 40 + (t / 10) }.Run(1 * 3600));

        Assert.Equal((MemorySeries.Unmanaged, GrowthStage.Confirmed), (report.Growth!.Series, report.Growth.Stage));
    }

    [Fact]
    public void Observe_GrowthIsGivenBack_ConfirmationEnds()
    {
        TrendReport report = Last(new SyntheticService { Live = t => t < 3600 ? 100 + (t / 10) : 100 }.Run(3 * 3600));

        Assert.Null(report.Growth);
    }

    [Fact]
    public void Observe_TimersClimb_ReportsThem()
    {
        TrendReport report = Last(new SyntheticService { Timers = t => 3 + (20 * t) }.Run(300));

        Assert.Equal(MemorySeries.Timers, report.Timers!.Series);
        Assert.InRange(report.Timers.PerHour, 70_000, 74_000);
    }

    [Fact]
    public void Observe_TimersFollowTheLoad_StaysQuiet()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { Timers = t => 2000 + (1500 * Math.Sin(t / 300)) }.Run(4 * 3600);

        Assert.DoesNotContain(Reports(samples).Skip(3600), report => report.Timers is not null);
    }

    [Fact]
    public void Observe_AssembliesClimb_ReportsThem()
    {
        TrendReport report = Last(new SyntheticService { Assemblies = t => 120 + (2 * t) }.Run(400));

        Assert.NotNull(report.Assemblies);
    }

    [Fact]
    public void Observe_FinalizerIsLate_ReportsItBlocked()
    {
        TrendReport report = Last(new SyntheticService { FinalizerLag = t => t > 100 ? t - 100 : 0 }.Run(200));

        Assert.True(report.IsFinalizerBlocked);
    }

    [Fact]
    public void Observe_SuspicionWithoutRecentFullCollection_WantsOne()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { Live = t => 100 + t, FullEvery = 100_000 }.Run(300);

        Assert.Contains(Reports(samples), report => report is { WantsFullCollection: true, Growth.Stage: GrowthStage.Suspected });
    }

    [Fact]
    public void Observe_ConfirmingIsOff_NeverWantsOne()
    {
        TrendDetector detector = new(new TrendSettings { ConfirmWithFullCollection = false });
        IEnumerable<MemorySample> samples = new SyntheticService { Live = t => 100 + t, FullEvery = 100_000 }.Run(600);

        Assert.DoesNotContain(samples.Select(sample => detector.Observe(sample)), report => report.WantsFullCollection);
    }

    [Fact]
    public void Observe_SuspicionConfirmedByFullCollections_TakesTwoMinutes()
    {
        // 90 MB a minute under 512 MB, collections every ten seconds: what a service does that grants each wish.
        IEnumerable<MemorySample> samples = new SyntheticService { Live = t => 10 + (1.5 * t), Limit = 512 * SyntheticService.Megabyte }.Run(120);

        Assert.Contains(Reports(samples), report => report.Growth is { Stage: GrowthStage.Confirmed, Series: MemorySeries.LiveHeap });
    }

    [Theory]
    [InlineData(Sensitivity.Low)]
    [InlineData(Sensitivity.High)]
    public void Observe_Sensitivity_MovesTheAlarm(Sensitivity sensitivity)
    {
        double normal = ConfirmedAt(Sensitivity.Normal);
        double other = ConfirmedAt(sensitivity);

        Assert.Equal(sensitivity == Sensitivity.Low, other > normal);
        Assert.NotEqual(normal, other);
    }

    [Fact]
    public void Observe_NothingChanged_ReturnsTheSameInstance()
    {
        TrendDetector detector = new(new TrendSettings());
        SyntheticService service = new();
        TrendReport first = detector.Observe(service.At(1));

        Assert.Same(first, detector.Observe(service.At(2)));
    }

    [Fact]
    public void Renew_GrowthGoesOn_HasTheFiguresOfNow()
    {
        TrendDetector detector = new(new TrendSettings());
        SyntheticService service = new() { Live = t => 100 + (t / 10) };
        TrendReport first = service.Run(2 * 3600).Select(sample => detector.Observe(sample)).First(IsConfirmed);
        for (double time = first.Sample.Elapsed.TotalSeconds + 1; time < 2 * 3600; time++)
        {
            detector.Observe(service.At(time));
        }

        Assert.True(detector.Renew().Growth!.Trend.End > first.Growth!.Trend.End + (100 * SyntheticService.Megabyte));
    }

    // What the detector allocates it allocates each time; what the runtime allocates on this thread, such as a larger cache of casts, only once.
    [Fact]
    public void Observe_GrowthGoesOn_AllocatesNothing() => Assert.Equal(0, Enumerable.Range(0, 3).Min(static _ => AllocatedWhileGrowthGoesOn()));

    private static long AllocatedWhileGrowthGoesOn()
    {
        TrendDetector detector = new(new TrendSettings { ConfirmWithFullCollection = false });
        SyntheticService service = new() { Live = t => 100 + (t / 10) };
        double time = service.Run(2 * 3600).First(sample => IsConfirmed(detector.Observe(sample))).Elapsed.TotalSeconds;

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (double end = time + 600; time < end; time++)
        {
            detector.Observe(service.At(time));
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(IsConfirmed(detector.Renew()));
        return allocated;
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Observe_CauseIsKnown_ConfirmsTheGrowthSooner(bool isFinalizerBlocked, bool climbsTimers)
    {
        double unknown = ConfirmedAt(new SyntheticService { Live = t => 100 + (t / 100), FullEvery = 30 });
        double known = ConfirmedAt(new SyntheticService
        {
            Live = t => 100 + (t / 100),
            FullEvery = 30,
            FinalizerLag = t => isFinalizerBlocked ? t : 0,
            Timers = t => climbsTimers ? t : 3,
        });

        Assert.InRange(known, 0, 0.6 * unknown);
    }

    [Theory]
    [InlineData(25, false)]
    [InlineData(60, true)]
    public void Observe_TimersClimbWithTheHeapAtTheStart_ConfirmsOnlyWhatGoesOn(double minutes, bool isConfirmed)
    {
        // Sessions with a timer each arrive until the first ones expire: an eighth of the room in 25 minutes.
        double end = minutes * 60;
        IEnumerable<MemorySample> samples = new SyntheticService
        {
            Live = t => 100 + (0.075 * Math.Min(t, end)),
            Timers = t => 10 * Math.Min(t, end),
        }.Run(4 * 3600);

        Assert.Equal(isConfirmed, Reports(samples).Any(IsConfirmed));
    }

    [Fact]
    public void Observe_CauseIsKnownButNothingGrows_ConfirmsNothing()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { FinalizerLag = t => t, Assemblies = t => 120 + t }.Run(4 * 3600);

        Assert.DoesNotContain(Reports(samples), IsConfirmed);
    }

    [Fact]
    public void Observe_MillionSamples_AllocatesNothing()
    {
        TrendDetector detector = new(new TrendSettings());
        SyntheticService service = new() { Live = t => 100 + (10 * Math.Sin(t / 700)), Unmanaged = t => 40 + Math.Cos(t / 50) };
        for (int i = 1; i < 2000; i++)
        {
            detector.Observe(service.At(i));
        }

        // The first half may be the first to need a class whose static values the runtime then allocates.
        _ = Allocated(2000);
        Assert.Equal(0, Allocated(502_000));

        long Allocated(int from)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = from; i < from + 500_000; i++)
            {
                detector.Observe(service.At(i));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Constructor_State_IsBelow64Kilobytes()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TrendDetector detector = new(new TrendSettings());
        long size = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.NotNull(detector);
        Assert.InRange(size, 10_000, 64 * 1024);
    }

    private static double ConfirmedAt(Sensitivity sensitivity)
    {
        TrendDetector detector = new(new TrendSettings { Sensitivity = sensitivity, ConfirmWithFullCollection = false });
        return new SyntheticService { Live = t => 100 + (t / 20), FullEvery = 30 }.Run(12 * 3600)
            .First(sample => detector.Observe(sample).Growth?.Stage == GrowthStage.Confirmed).Elapsed.TotalSeconds;
    }

    private static double ConfirmedAt(SyntheticService service)
    {
        TrendDetector detector = new(new TrendSettings());
        return service.Run(12 * 3600).First(sample => IsConfirmed(detector.Observe(sample))).Elapsed.TotalSeconds;
    }

    private static bool IsConfirmed(TrendReport report) => report.Growth?.Stage == GrowthStage.Confirmed;

    private static TrendReport Last(IEnumerable<MemorySample> samples) => Reports(samples).Last();

    private static IEnumerable<TrendReport> Reports(IEnumerable<MemorySample> samples)
    {
        // Not Select: its shortcuts would keep samples from the detector.
        TrendDetector detector = new(new TrendSettings());
        foreach (MemorySample sample in samples)
        {
            yield return detector.Observe(sample);
        }
    }
}
