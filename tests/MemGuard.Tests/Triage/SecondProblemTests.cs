using MemGuard.Trends;
using MemGuard.Triage;
using static MemGuard.Tests.Triage.SampleReports;

namespace MemGuard.Tests.Triage;

public class SecondProblemTests
{
    private static readonly TrendReport Two = Growing(MemorySeries.LiveHeap, GrowthStage.Confirmed) with { SecondGrowth = Growth(MemorySeries.Unmanaged, GrowthStage.Confirmed) };

    [Fact]
    public void DiagnoseSecond_NoSecondGrowth_IsNull() =>
        Assert.Null(MemoryTriage.DiagnoseSecond(Growing(MemorySeries.LiveHeap, GrowthStage.Confirmed), new TriageSettings()));

    [Fact]
    public void DiagnoseSecond_FirstHasEnded_IsNull() => Assert.Null(MemoryTriage.DiagnoseSecond(Two with { Growth = null }, new TriageSettings()));

    [Fact]
    public void DiagnoseSecond_SameKindAsTheFirst_IsNull() =>
        Assert.Null(MemoryTriage.DiagnoseSecond(Two with { SecondGrowth = Growth(MemorySeries.Heap, GrowthStage.Confirmed) }, new TriageSettings()));

    [Fact]
    public void DiagnoseSecond_KindSwitchedOff_IsNull() => Assert.Null(MemoryTriage.DiagnoseSecond(Two, new TriageSettings { UnmanagedGrowth = false }));

    [Fact]
    public void DiagnoseAll_EverythingAtOnce_NamesEachProblemOnceTheWorstFirst()
    {
        TrendReport report = Two with { IsThrashing = true, IsNearLimit = true, Timers = Count(MemorySeries.Timers), Assemblies = Count(MemorySeries.Assemblies) };

        Assert.Equal(
            [MemoryProblem.GCThrash, MemoryProblem.ManagedLeak, MemoryProblem.UnmanagedGrowth, MemoryProblem.NearMemoryLimit],
            MemoryTriage.DiagnoseAll(report, new TriageSettings()).Select(static diagnosis => diagnosis.Problem));
    }

    [Fact]
    public void DiagnoseAll_SwitchedOffKinds_AreLeftOut()
    {
        TrendReport report = Two with { IsThrashing = true, IsNearLimit = true };

        Assert.Equal(
            [MemoryProblem.GCThrash, MemoryProblem.UnmanagedGrowth],
            MemoryTriage.DiagnoseAll(report, new TriageSettings { ManagedLeak = false, NearMemoryLimit = false }).Select(static diagnosis => diagnosis.Problem));
    }

    [Fact]
    public void DiagnoseAll_CounterBesideANearLimit_IsNamedToo() =>
        Assert.Equal(
            [MemoryProblem.NearMemoryLimit, MemoryProblem.UnmanagedGrowth],
            MemoryTriage.DiagnoseAll(Quiet with { IsNearLimit = true, Assemblies = Count(MemorySeries.Assemblies) }, new TriageSettings()).Select(static diagnosis => diagnosis.Problem));
}
