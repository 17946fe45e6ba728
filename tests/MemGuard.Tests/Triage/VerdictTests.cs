using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;
using static MemGuard.Tests.Triage.SampleReports;

namespace MemGuard.Tests.Triage;

/// <summary>What each verdict says and carries with it, beside which one it is (<see cref="MemoryTriageTests"/>).</summary>
public class VerdictTests
{
    private static readonly MemorySample Sample = new() { TotalMemoryBytes = 100 << 20, TotalCommittedBytes = 400 << 20, NativeFreeBytes = 96 << 20 };

    private static readonly TriageSettings AllOn = new();

    [Fact]
    public void Diagnose_NothingIsWrong_SaysSoAndWhatHasEnded()
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Quiet with { Sample = Sample, EndedBecause = "the level fell back", Trends = [Trend(MemorySeries.Heap)] }, AllOn);

        Assert.Equal(("no growth that matters", "Nothing to do.", "the level fell back"), (diagnosis.Reason, diagnosis.NextStep, diagnosis.EndedBecause));
        Assert.Equal(Sample, diagnosis.Sample);
        Assert.Equal(MemorySeries.Heap, Assert.Single(diagnosis.Trends).Series);
        Assert.False(diagnosis.IsConfirmed);
    }

    [Theory]
    [InlineData(250, "no growth that matters; the garbage collector keeps 150 MB free after a peak")]
    [InlineData(null, "no growth that matters; the garbage collector keeps 300 MB free after a peak")]
    public void Diagnose_CollectorKeepsMemory_SaysHowMuchIsCommittedBeyondTheHeap(int? heapMegabytes, string reason)
    {
        MemorySample sample = Sample with { HeapSizeBytes = (long?)heapMegabytes << 20 };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Quiet with { Sample = sample, CollectorKeepsMemory = true, AllocatorKeepsMemory = true }, AllOn);

        Assert.Equal(reason, diagnosis.Reason);
        Assert.Contains("GCConserveMemory", diagnosis.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_AllocatorKeepsMemory_NamesItsSettings()
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Quiet with { Sample = Sample, AllocatorKeepsMemory = true }, AllOn);

        Assert.Equal("no growth that matters; the native allocator keeps 96 MB that are free", diagnosis.Reason);
        Assert.Contains("MALLOC_ARENA_MAX", diagnosis.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_NearLimit_SaysHowNear()
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Quiet with { Sample = Sample, IsNearLimit = true, UsageRatio = 0.954 }, AllOn);

        Assert.Equal((MemoryProblem.NearMemoryLimit, true), (diagnosis.Problem, diagnosis.IsConfirmed));
        Assert.Equal("no growth, but 95 % of the memory limit in use for 15 min", diagnosis.Reason);
        Assert.StartsWith("Raise the limit or bound the largest cache", diagnosis.NextStep, StringComparison.Ordinal);
        Assert.Equal(Sample, diagnosis.Sample);
    }

    [Fact]
    public void Diagnose_Thrash_SaysItInFigures()
    {
        TrendReport report = Quiet with { Sample = Sample, IsThrashing = true, PausePercentage = 23.4, FullCollectionsPerSecond = 4, HeapRatio = 0.97, Trends = [Trend(MemorySeries.Heap)] };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(report, AllOn);

        Assert.Equal((MemoryProblem.GCThrash, true), (diagnosis.Problem, diagnosis.IsConfirmed));
        Assert.Equal("23 % of the time in collection pauses, 4.0 full collections/s, heap at 97 % of its limit", diagnosis.Reason);
        Assert.StartsWith("Free memory or raise the limit now", diagnosis.NextStep, StringComparison.Ordinal);
        Assert.Equal(Sample, diagnosis.Sample);
        Assert.Single(diagnosis.Trends);
    }

    [Theory]
    [InlineData(MemorySeries.LiveHeap, "live heap after gen2 ")]
    [InlineData(MemorySeries.Heap, "heap after collections ")]
    [InlineData(MemorySeries.Fragmentation, "free space inside the heap ")]
    [InlineData(MemorySeries.Unmanaged, "memory outside the heap ")]
    public void Diagnose_Growth_NamesWhatWasMeasured(MemorySeries series, string words) =>
        Assert.StartsWith(words, MemoryTriage.Diagnose(Growing(series, GrowthStage.Confirmed), AllOn).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(MemorySeries.LiveHeap, GrowthStage.Confirmed, "Find what keeps the objects alive and bound it.")]
    [InlineData(MemorySeries.LiveHeap, GrowthStage.Suspected, "Wait: full collections and a longer look decide whether this is a leak or a warm-up.")]
    [InlineData(MemorySeries.Unmanaged, GrowthStage.Confirmed, "Find the native allocations: undisposed handles, interop buffers, or loaded assemblies.")]
    [InlineData(MemorySeries.Unmanaged, GrowthStage.Suspected, "Wait: full collections and a longer look decide whether this is a leak or a warm-up.")]
    [InlineData(MemorySeries.Fragmentation, GrowthStage.Suspected, "Look for pinned buffers and large arrays of changing size; pool them.")]
    public void Diagnose_Growth_SaysWhatToDoNext(MemorySeries series, object stage, string next)
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Growing(series, (GrowthStage)stage), AllOn);

        Assert.Equal(next, diagnosis.NextStep);
        Assert.Equal(next, diagnosis.NextStepOfSuspect);
    }

    [Fact]
    public void Diagnose_GrowthWithAForecast_CarriesItsFigures()
    {
        GrowthFact growth = Growth(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { Forecast = new LimitForecast(TimeSpan.FromMinutes(66), TimeSpan.FromMinutes(52), null) };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Quiet with { Sample = Sample, Growth = growth }, AllOn);

        Assert.Equal((TimeSpan.FromMinutes(66), TimeSpan.FromMinutes(52), null), (diagnosis.TimeToLimit, diagnosis.TimeToLimitLow, diagnosis.TimeToLimitHigh));
        Assert.EndsWith(", limit in 66 min (52–?)", diagnosis.Reason, StringComparison.Ordinal);
        Assert.Equal(12.6 * 60 * Megabyte, diagnosis.BytesPerHour);
        Assert.Equal(Sample, diagnosis.Sample);
    }

    [Fact]
    public void Diagnose_GrowthThatACounterExplains_SaysBothAndWhatToDoAboutTheCounter()
    {
        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Growing(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { Timers = Count(MemorySeries.Timers) }, AllOn);

        Assert.EndsWith("(+12.6 MB/min); active timers 1,204 → 6,005 in 4 min (+1,200/min)", diagnosis.Reason, StringComparison.Ordinal);
        Assert.Equal(diagnosis.Reason, diagnosis.ReasonAtTheLimit);
        Assert.Equal("Look for timers that are started and never disposed.", diagnosis.NextStep);
        Assert.Equal("Find what keeps the objects alive and bound it.", diagnosis.NextStepOfSuspect);
    }

    [Theory]
    [InlineData(MemorySeries.LiveHeap, GrowthStage.Suspected, true)]
    [InlineData(MemorySeries.Heap, GrowthStage.Suspected, true)]
    [InlineData(MemorySeries.LiveHeap, GrowthStage.Confirmed, false)]
    [InlineData(MemorySeries.Unmanaged, GrowthStage.Suspected, false)]
    public void Diagnose_HolderThatIsWaitedFor_IsTheNextStepOfASuspicionOfTheHeapOnly(MemorySeries series, object stage, bool waits)
    {
        GrowthHolder job = new() { Kind = HolderKind.RunningWork, Name = "the nightly job", ValidUntil = 0 };

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(Growing(series, (GrowthStage)stage) with { Holder = job }, AllOn);

        Assert.Equal(waits, diagnosis.NextStep.StartsWith("Wait: the nightly job holds most of the growth", StringComparison.Ordinal));
        Assert.Equal(diagnosis.NextStep, diagnosis.NextStepOfSuspect);
    }

    [Fact]
    public void Diagnose_LeadingTrendIsAmongTheOthers_ComesOnceAndFirst()
    {
        TrendReport report = Growing(MemorySeries.LiveHeap, GrowthStage.Confirmed);

        MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(report with { Trends = [Trend(MemorySeries.Unmanaged), report.Growth!.Trend] }, AllOn);

        Assert.Equal([MemorySeries.LiveHeap, MemorySeries.Unmanaged], diagnosis.Trends.Select(static trend => trend.Series));
    }
}
