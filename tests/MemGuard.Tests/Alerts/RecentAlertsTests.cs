using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Tests.Alerts;

public sealed class RecentAlertsTests
{
    private readonly RecentAlerts _recent = new();

    [Fact]
    public async Task ToList_AfterMoreThanItKeeps_HasTheNewestOldestFirst()
    {
        for (int i = 0; i < 70; i++)
        {
            await _recent.HandleAsync(Alert(i), CancellationToken.None);
        }

        Assert.Equal(Enumerable.Range(6, 64), _recent.ToList().Select(static alert => (int)alert.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task HandleEvidence_OfAnEarlierAlert_IsPutIntoThatOne()
    {
        await _recent.HandleAsync(Alert(1), CancellationToken.None);
        await _recent.HandleAsync(Alert(2), CancellationToken.None);

        await _recent.HandleEvidenceAsync(Alert(1) with { Message = "found after the alert", Evidence = EvidenceResult.Of(new LeakSuspect("late")) }, CancellationToken.None);

        Assert.Equal([1, 0], _recent.ToList().Select(static alert => alert.Suspects.Count));
        Assert.Equal("alert 1", _recent.ToList()[0].Message);
    }

    private static MemoryAlert Alert(int second) => new()
    {
        Stage = AlertStage.Confirmed,
        Problem = MemoryProblem.ManagedLeak,
        Message = $"alert {second}",
        Diagnosis = new MemoryDiagnosis { Problem = MemoryProblem.ManagedLeak, Reason = "it grows", NextStep = "Look" },
        Elapsed = TimeSpan.FromSeconds(second),
    };
}
