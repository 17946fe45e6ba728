using MemGuard.Alerts;
using MemGuard.Tests.Support;
using MemGuard.Triage;

namespace MemGuard.Tests;

public class MemoryReplayTests
{
    [Fact]
    public void Run_HardLimitRecording_TellsTheLeakThenTheThrash()
    {
        IReadOnlyList<MemoryAlert> alerts = MemoryReplay.Run(RecordedSeries.Read("managed-heap-hard-limit"));

        Assert.Equal(MemoryProblem.ManagedLeak, alerts[0].Problem);
        Assert.Contains(alerts, static alert => alert is { Problem: MemoryProblem.GCThrash, Stage: AlertStage.Confirmed });
        Assert.Equal(alerts.Select(static alert => alert.Elapsed).Order(), alerts.Select(static alert => alert.Elapsed));
    }

    [Fact]
    public void Run_SameRecordingTwice_GivesTheSameAlerts()
    {
        static IEnumerable<string> Lines() => MemoryReplay.Run(RecordedSeries.Read("native-malloc")).Select(static alert => alert.Message);

        Assert.Equal(Lines(), Lines());
    }

    [Fact]
    public void Run_HealthyRecording_RaisesNothing() => Assert.Empty(MemoryReplay.Run(RecordedSeries.Read("healthy-minimal-api")));

    [Fact]
    public void Run_WithOptions_FollowsThem()
    {
        MemGuardOptions options = new();
        options.IgnoredProblems.Add(MemoryProblem.UnmanagedGrowth);

        Assert.Empty(MemoryReplay.Run(RecordedSeries.Read("native-malloc"), options));
    }
}
