using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Triage;

public class CounterRulesTests
{
    private static readonly TrendReport Assemblies = SampleReports.Quiet with { Assemblies = SampleReports.Count(MemorySeries.Assemblies) };

    private static readonly TrendReport Timers = SampleReports.Quiet with { Timers = SampleReports.Count(MemorySeries.Timers) };

    private static readonly TrendReport Finalizer = SampleReports.Quiet with { IsFinalizerBlocked = true, Sample = new MemorySample { FinalizerLag = TimeSpan.FromSeconds(65) } };

    [Fact]
    public void Diagnose_QuietCounters_SayNothing() => Assert.Null(CounterRules.Diagnose(SampleReports.Quiet, new TriageSettings()));

    [Fact]
    public void Diagnose_AssembliesClimb_IsASuspicionOfUnmanagedGrowth()
    {
        TrendReport report = Assemblies with { Trends = [Assemblies.Assemblies!], Sample = new MemorySample { FinalizerLag = TimeSpan.FromSeconds(1) } };

        MemoryDiagnosis diagnosis = CounterRules.Diagnose(report, new TriageSettings())!;

        Assert.Equal((MemoryProblem.UnmanagedGrowth, false), (diagnosis.Problem, diagnosis.IsConfirmed));
        Assert.Equal("loaded assemblies 1,204 → 6,005 in 4 min (+1,200/min)", diagnosis.Reason);
        Assert.StartsWith("Look for code that makes assemblies again and again", diagnosis.NextStep, StringComparison.Ordinal);
        Assert.Equal(report.Trends, diagnosis.Trends);
        Assert.Equal(report.Sample, diagnosis.Sample);
    }

    [Fact]
    public void Diagnose_TimersClimb_NextStepIsAboutTimers() =>
        Assert.Equal("Look for timers that are started and never disposed.", CounterRules.Diagnose(Timers, new TriageSettings())!.NextStep);

    [Fact]
    public void Diagnose_FinalizerIsBlockedWhileTimersClimb_NamesTheFinalizer()
    {
        MemoryDiagnosis diagnosis = CounterRules.Diagnose(Finalizer with { Timers = Timers.Timers }, new TriageSettings())!;

        Assert.Equal("the finalizer thread is blocked: a finalizable object has waited 65 s", diagnosis.Reason);
        Assert.StartsWith("Look at the finalizer thread's stack", diagnosis.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnose_BothKindsClimb_TheManagedOneComesFirst() =>
        Assert.Equal(MemoryProblem.ManagedLeak, CounterRules.Diagnose(Timers with { Assemblies = Assemblies.Assemblies }, new TriageSettings())!.Problem);

    [Fact]
    public void Diagnose_ManagedLeaksSwitchedOff_LeavesTheAssemblies()
    {
        TriageSettings unmanagedOnly = new() { ManagedLeak = false };

        Assert.Null(CounterRules.Diagnose(Timers, unmanagedOnly));
        Assert.Null(CounterRules.Diagnose(Finalizer, unmanagedOnly));
        Assert.Equal(MemoryProblem.UnmanagedGrowth, CounterRules.Diagnose(Timers with { Assemblies = Assemblies.Assemblies }, unmanagedOnly)!.Problem);
    }

    [Fact]
    public void Diagnose_UnmanagedGrowthSwitchedOff_LeavesTheTimers()
    {
        TriageSettings managedOnly = new() { UnmanagedGrowth = false };

        Assert.Null(CounterRules.Diagnose(Assemblies, managedOnly));
        Assert.NotNull(CounterRules.Diagnose(Timers, managedOnly));
    }

    [Theory]
    [InlineData(MemoryProblem.ManagedLeak)]
    [InlineData(MemoryProblem.HeapFragmentation)]
    public void Explain_CounterOfAnotherKind_ExplainsNothing(MemoryProblem problem) => Assert.Null(CounterRules.Explain(Assemblies, problem));
}
