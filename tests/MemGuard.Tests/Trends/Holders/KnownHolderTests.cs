using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Trends;

/// <summary>What the detector makes of growth whose holder somebody has named.</summary>
public sealed class KnownHolderTests
{
    private const double MB = SyntheticService.Megabyte;

    /// <summary>36 MB an hour under a limit of 1 GB: told after some two hours where nobody knows who holds it.</summary>
    private static readonly SyntheticService Slow = new() { Live = static t => 100 + (t / 100), FullEvery = 30, IntervalSeconds = 5 };

    [Fact]
    public void Observe_NobodyKnows_AsksOnceLongBeforeItConfirms()
    {
        double asked = double.NaN;
        double confirmed = ConfirmedAt(Slow, answer: null, (time, _) => asked = double.IsNaN(asked) ? time : asked);

        Assert.InRange(asked, 60, 0.8 * confirmed);
    }

    [Fact]
    public void Observe_TheHolderLasts_ConfirmsSooner()
    {
        double unknown = ConfirmedAt(Slow, answer: null);
        double known = ConfirmedAt(Slow, new HeldPlace { Kind = HolderKind.Lasting, Bytes = 100 * MB });

        Assert.InRange(known, new HolderRules().LastingSpanSeconds, 0.8 * unknown);
    }

    [Fact]
    public void Observe_HolderIsAtWork_ConfirmsAnHourLaterThanItAsked()
    {
        double asked = double.NaN;
        double confirmed = ConfirmedAt(Slow, new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 100 * MB }, (time, _) => asked = double.IsNaN(asked) ? time : asked);

        Assert.InRange(confirmed - asked, 3600, 3 * 3600);
    }

    [Fact]
    public void Observe_CacheBelowItsCapacity_IsNotConfirmedWhileItFills()
    {
        // It stops at three times of what it was told with.
        SyntheticService service = new() { Live = static t => 100 + Math.Min(t / 100, 150), FullEvery = 30, IntervalSeconds = 5 };
        HeldPlace cache = new() { Kind = HolderKind.Filling, Name = "cache", Bytes = 50 * MB, FilledRatio = 1 / 3.0 };

        Assert.True(double.IsNaN(ConfirmedAt(service, cache)));
        Assert.False(double.IsNaN(ConfirmedAt(service, answer: null)));
    }

    [Fact]
    public void Observe_GrowthGoesBeyondTheCapacity_IsConfirmed()
    {
        HeldPlace cache = new() { Kind = HolderKind.Filling, Bytes = 50 * MB, FilledRatio = 0.9 };

        Assert.False(double.IsNaN(ConfirmedAt(Slow, cache)));
    }

    [Fact]
    public void Observe_LimitIsNear_WaitsForNobody()
    {
        // 90 MB a minute under 512 MB.
        SyntheticService fast = new() { Live = static t => 10 + (1.5 * t), Limit = 512 * SyntheticService.Megabyte };

        Assert.InRange(ConfirmedAt(fast, new HeldPlace { Kind = HolderKind.RunningWork, Bytes = 400 * MB }), 30, 125);
    }

    [Fact]
    public void Observe_EntriesLeaveNobodyKnowsWhen_ConfirmsLater()
    {
        double unknown = ConfirmedAt(Slow, answer: null);
        double known = ConfirmedAt(Slow, new HeldPlace { Kind = HolderKind.Expiring, Bytes = 100 * MB });

        Assert.True(known > unknown);
    }

    [Fact]
    public void Diagnose_GrowthIsWaitedFor_SaysForWhom()
    {
        HeldPlace cache = new() { Kind = HolderKind.Filling, Name = "static Users._cache", Bytes = 80 * MB, FilledRatio = 0.25 };
        TrendReport? suspected = null;
        ConfirmedAt(Slow, cache, onReport: report => suspected = report is { Holder: not null, Growth.Stage: GrowthStage.Suspected } ? report : suspected);

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(suspected!, new TriageSettings());

        Assert.Equal("Wait: static Users._cache holds most of the growth, it fills, 25 % of its capacity so far.", diagnosis.NextStep);
        Assert.False(diagnosis.IsConfirmed);
    }

    /// <returns>The time of the confirmation; NaN when there was none in twelve hours.</returns>
    private static double ConfirmedAt(SyntheticService service, HeldPlace? answer, Action<double, TrendDetector>? onQuestion = null, Action<TrendReport>? onReport = null)
    {
        TrendDetector detector = new(new TrendSettings());
        foreach (MemorySample sample in service.Run(12 * 3600))
        {
            TrendReport report = detector.Observe(sample);
            onReport?.Invoke(report);
            if (report.Growth?.Stage == GrowthStage.Confirmed)
            {
                return sample.Elapsed.TotalSeconds;
            }

            if (report.WantsHolder)
            {
                onQuestion?.Invoke(sample.Elapsed.TotalSeconds, detector);
                detector.AskForHolder();
                detector.TellHolder(answer is null ? [] : [answer]);
            }
        }

        return double.NaN;
    }
}
