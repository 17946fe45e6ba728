using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Triage;

public class MemoryTriageTests
{
    private const double Megabyte = 1 << 20;

    [Fact]
    public void Diagnose_ConfirmedLeak_SaysItInFigures()
    {
        TrendReport report = Report(MemorySeries.LiveHeap, GrowthStage.Confirmed) with
        {
            Growth = new GrowthFact(
                GrowthStage.Confirmed,
                GrowthRule.Urgent,
                Trend(MemorySeries.LiveHeap),
                new LimitForecast(TimeSpan.FromMinutes(66), TimeSpan.FromMinutes(52), TimeSpan.FromMinutes(84))),
        };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(report, new TriageSettings());

        Assert.Equal("live heap after gen2 212 → 388 MB in 14 min (+12.6 MB/min), limit in 66 min (52–84)", diagnosis.Reason);
        Assert.Equal(TimeSpan.FromMinutes(66), diagnosis.TimeToLimit);
    }

    [Fact]
    public void Diagnose_Growth_RateIsTheDifferenceOverTheTime()
    {
        MemoryTrend trend = Trend(MemorySeries.LiveHeap) with { Start = 140 * Megabyte, End = 527 * Megabyte, Window = TimeSpan.FromMinutes(36), PerHour = 10.0 * 60 * Megabyte };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Report() with { Growth = new GrowthFact(GrowthStage.Confirmed, GrowthRule.Urgent, trend, null) }, new TriageSettings());

        Assert.Equal("live heap after gen2 140 → 527 MB in 36 min (+10.8 MB/min)", diagnosis.Reason);
        Assert.Equal(387 * Megabyte, diagnosis.Figures!.PerHour * diagnosis.Figures.Window.TotalHours, 1.0);
    }

    [Fact]
    public void Diagnose_GrowthThatAccelerates_SaysAtWhichRateTheLimitIsReached()
    {
        MemoryTrend trend = Trend(MemorySeries.LiveHeap) with { PerHour = 20.0 * 60 * Megabyte };
        LimitForecast forecast = new(TimeSpan.FromMinutes(66), TimeSpan.FromMinutes(52), TimeSpan.FromMinutes(84));

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Report() with { Growth = new GrowthFact(GrowthStage.Confirmed, GrowthRule.Urgent, trend, forecast) }, new TriageSettings());

        Assert.Equal("live heap after gen2 212 → 388 MB in 14 min (+12.6 MB/min), limit in 66 min (52–84) at the present +20.0 MB/min", diagnosis.Reason);

        // "Has reached the limit: …, limit in 66 min" would contradict itself.
        Assert.Equal("live heap after gen2 212 → 388 MB in 14 min (+12.6 MB/min)", diagnosis.ReasonAtTheLimit);
    }

    [Fact]
    public void DiagnoseAll_ThrashHidesTheLeak_NamesBoth()
    {
        TrendReport report = Report(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { IsThrashing = true };

        IReadOnlyList<MemoryDiagnosis> open = MemoryTriage.DiagnoseAll(report, new TriageSettings());

        Assert.Equal([MemoryProblem.GCThrash, MemoryProblem.ManagedLeak], open.Select(static diagnosis => diagnosis.Problem));
    }

    [Fact]
    public void DiagnoseAll_NothingIsWrong_IsEmpty() => Assert.Empty(MemoryTriage.DiagnoseAll(Report(), new TriageSettings()));

    [Fact]
    public void DiagnoseSecond_HasItsOwnTrendFirst()
    {
        GrowthFact second = new(GrowthStage.Confirmed, GrowthRule.Slow, Trend(MemorySeries.Unmanaged), null);
        TrendReport report = Report(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { SecondGrowth = second };

        Assert.Equal(MemorySeries.Unmanaged, MemoryTriage.DiagnoseSecond(report with { Trends = [report.Growth!.Trend, second.Trend] }, new TriageSettings())!.Trends[0].Series);
    }

    [Theory]
    [InlineData("LiveHeap", "ManagedLeak")]
    [InlineData("Heap", "ManagedLeak")]
    [InlineData("Fragmentation", "HeapFragmentation")]
    [InlineData("Unmanaged", "UnmanagedGrowth")]
    public void Diagnose_Series_NamesTheKind(string series, string problem)
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Report(Enum.Parse<MemorySeries>(series), GrowthStage.Suspected), new TriageSettings());

        Assert.Equal(problem, diagnosis.Problem.ToString());
        Assert.False(diagnosis.IsConfirmed);
    }

    [Fact]
    public void Diagnose_Suspicion_DoesNotSayLeak()
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Report(MemorySeries.Heap, GrowthStage.Suspected), new TriageSettings());

        Assert.DoesNotContain("leak", diagnosis.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Diagnose_TimersClimb_NamesThemAlone()
    {
        TrendReport report = Report() with { Timers = Trend(MemorySeries.Timers) with { Start = 1204, End = 6005, PerHour = 72_000, Window = TimeSpan.FromMinutes(4) } };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(report, new TriageSettings());

        Assert.Equal("active timers 1,204 → 6,005 in 4 min (+1,200/min)", diagnosis.Reason);
        Assert.Equal((MemoryProblem.ManagedLeak, false), (diagnosis.Problem, diagnosis.IsConfirmed));
    }

    [Fact]
    public void Diagnose_LeakWithBlockedFinalizer_NamesTheFinalizer()
    {
        TrendReport report = Report(MemorySeries.LiveHeap, GrowthStage.Confirmed) with
        {
            IsFinalizerBlocked = true,
            Sample = new MemorySample { FinalizerLag = TimeSpan.FromSeconds(65) },
        };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(report, new TriageSettings());

        Assert.Contains("finalizer thread is blocked: a finalizable object has waited 65 s", diagnosis.Reason, StringComparison.Ordinal);
        Assert.True(diagnosis.IsConfirmed);
    }

    [Fact]
    public void Diagnose_ThrashBesideALeak_IsTheThrash()
    {
        TrendReport report = Report(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { IsThrashing = true, PausePercentage = 23, FullCollectionsPerSecond = 4, HeapRatio = 0.97 };

        Assert.Equal(MemoryProblem.GCThrash, MemoryTriage.Diagnose(report, new TriageSettings()).Problem);
    }

    [Theory]
    [InlineData("LiveHeap")]
    [InlineData("Unmanaged")]
    [InlineData("Fragmentation")]
    public void Diagnose_ProblemSwitchedOff_IsNotReported(string series)
    {
        TriageSettings off = new() { ManagedLeak = false, UnmanagedGrowth = false, HeapFragmentation = false, GCThrash = false, NearMemoryLimit = false };
        TrendReport report = Report(Enum.Parse<MemorySeries>(series), GrowthStage.Confirmed) with { IsThrashing = true, IsNearLimit = true };

        Assert.Equal(MemoryProblem.None, MemoryTriage.Diagnose(report, off).Problem);
    }

    [Fact]
    public void Diagnose_NearLimit_OutranksASuspicionOnly()
    {
        TrendReport suspected = Report(MemorySeries.Heap, GrowthStage.Suspected) with { IsNearLimit = true, UsageRatio = 0.95 };
        TrendReport confirmed = Report(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { IsNearLimit = true, UsageRatio = 0.95 };

        Assert.Equal(MemoryProblem.NearMemoryLimit, MemoryTriage.Diagnose(suspected, new TriageSettings()).Problem);
        Assert.Equal(MemoryProblem.ManagedLeak, MemoryTriage.Diagnose(confirmed, new TriageSettings()).Problem);
    }

    private static TrendReport Report() => new() { Sample = default };

    private static TrendReport Report(MemorySeries series, GrowthStage stage) => Report() with { Growth = new GrowthFact(stage, GrowthRule.Urgent, Trend(series), null) };

    private static MemoryTrend Trend(MemorySeries series) => new()
    {
        Series = series,
        Start = 212 * Megabyte,
        End = 388 * Megabyte,
        // The levels are those of the first and the last quarter, 14 minutes apart.
        Window = TimeSpan.FromMinutes(14),
        PerHour = 12.6 * 60 * Megabyte,
        PerHourLow = 10 * 60 * Megabyte,
        PerHourHigh = 15 * 60 * Megabyte,
        Confidence = 0.99,
    };
}
