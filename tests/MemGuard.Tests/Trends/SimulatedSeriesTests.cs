using MemGuard.Alerts;
using MemGuard.Tests.Support;
using MemGuard.Triage;

namespace MemGuard.Tests.Trends;

/// <summary>Simulated services that each show one rule, made by another simulator than that of the evaluation; one row in 30 to 120 s is kept of most.</summary>
public sealed class SimulatedSeriesTests
{
    [Theory]
    [InlineData("healthy-job-raises-load")]
    [InlineData("healthy-log-growth")]
    [InlineData("healthy-connections")]
    [InlineData("healthy-mapped-files-working-set-only")]
    public void Run_HealthyService_RaisesNothing(string name) => Assert.Empty(MemoryReplay.Run(RecordedSeries.Read(name)));

    [Theory]
    [InlineData("gc-thrash-low-heap", MemoryProblem.GCThrash, 1172 + 180)]
    [InlineData("leak-no-container-limit", MemoryProblem.ManagedLeak, 86_400)]
    [InlineData("leak-managed-and-native", MemoryProblem.ManagedLeak, 86_400)]
    [InlineData("leak-managed-and-native", MemoryProblem.UnmanagedGrowth, 86_400)]
    public void Run_Problem_IsConfirmedInTime(string name, MemoryProblem problem, double latest) =>
        Assert.Contains(MemoryReplay.Run(RecordedSeries.Read(name)), alert => alert.Stage == AlertStage.Confirmed && alert.Problem == problem && alert.Elapsed.TotalSeconds <= latest);

    [Theory]
    [InlineData("gc-thrash-low-heap", MemoryProblem.GCThrash)]
    [InlineData("leak-no-container-limit", MemoryProblem.ManagedLeak)]
    [InlineData("leak-very-fast", MemoryProblem.ManagedLeak)]
    public void Run_Problem_NamesNoOther(string name, MemoryProblem problem) =>
        Assert.All(MemoryReplay.Run(RecordedSeries.Read(name)), alert => Assert.Equal(problem, alert.Problem));

    [Fact]
    public void Run_FastLeakWithTwoFullCollections_KeepsItsSuspicion()
    {
        MemoryAlert only = Assert.Single(MemoryReplay.Run(RecordedSeries.Read("leak-very-fast")));

        Assert.Equal(AlertStage.Suspected, only.Stage);
    }
}
