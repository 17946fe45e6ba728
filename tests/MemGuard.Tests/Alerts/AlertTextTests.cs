using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Tests.Alerts;

public class AlertTextTests
{
    [Fact]
    public void Compose_ConfirmedWithSuspect_SaysFactSuspectAndNextStepInOneLine()
    {
        LeakSuspect suspect = new("static UserService._cache → ConcurrentDictionary<string, User>") { Count = 412_003, RetainedBytes = 143L << 20, GrowthShareRatio = 0.81 };

        string line = AlertText.Compose(Request(AlertStage.Confirmed, Diagnoses.Confirmed), EvidenceResult.Of(suspect), "https://example.com/triage");

        Assert.Equal(
            "Managed leak: live heap 100 → 200 MB in 5 min. Suspect: static UserService._cache → ConcurrentDictionary<string, User>, 412,003 entries, 143 MB retained (81 % of the growth). Next: Bound it. https://example.com/triage",
            line);
    }

    [Fact]
    public void Compose_Suspected_DoesNotSayLeak() =>
        Assert.DoesNotContain("leak: ", AlertText.Compose(Request(AlertStage.Suspected, Diagnoses.Suspected), EvidenceResult.Empty, "https://example.com/triage"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Compose_Resolved_HasNoNextStep() =>
        Assert.Equal("Managed leak resolved: live heap 100 → 200 MB in 5 min.", AlertText.Compose(Request(AlertStage.Resolved, Diagnoses.None) with { WasConfirmed = true }, EvidenceResult.Empty, "https://example.com/triage"));

    [Fact]
    public void Compose_WithdrawnSuspicion_DoesNotSayLeak() =>
        Assert.Equal("Withdrawn: managed memory is growing: live heap 100 → 200 MB in 5 min.", AlertText.Compose(Request(AlertStage.Resolved, Diagnoses.None), EvidenceResult.Empty, "https://example.com/triage"));

    [Fact]
    public void Compose_SuspectWithItsOwnNextStep_UsesThat()
    {
        string line = AlertText.Compose(Request(AlertStage.Confirmed, Diagnoses.Confirmed), EvidenceResult.Of(new LeakSuspect("cache 'users'") { NextStep = "Give it a MaxWeight" }), "https://example.com/triage");

        Assert.Contains("Next: Give it a MaxWeight.", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_CounterSaysOneThingAndTheSnapshotAnother_FollowsTheSnapshot()
    {
        MemoryDiagnosis climbing = Diagnoses.Confirmed with { NextStep = "Look for timers", NextStepOfSuspect = "Bound it" };

        Assert.Contains("Next: Bound it.", AlertText.Compose(Request(AlertStage.Confirmed, climbing), EvidenceResult.Of(new LeakSuspect("Sessions")), "https://example.com/triage"), StringComparison.Ordinal);
        Assert.Contains("Next: Look for timers.", AlertText.Compose(Request(AlertStage.Confirmed, climbing), EvidenceResult.Empty, "https://example.com/triage"), StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_SuspectBesideAReason_SaysTheSuspectAlone()
    {
        EvidenceResult evidence = new() { Suspects = [new LeakSuspect("cache 'users'")], NoneBecause = "no heap snapshot" };

        Assert.DoesNotContain("No suspect", AlertText.Compose(Request(AlertStage.Confirmed, Diagnoses.Confirmed), evidence, "https://example.com/triage"), StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_NameWithLineBreak_StaysOneLine()
    {
        string line = AlertText.Compose(Request(AlertStage.Confirmed, Diagnoses.Confirmed), EvidenceResult.Of(new LeakSuspect("a\nb")), "https://example.com/triage");

        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Compose_SuspectWithFingerprint_ShowsItsFirstDigits()
    {
        string line = AlertText.Compose(Request(AlertStage.Confirmed, Diagnoses.Confirmed), EvidenceResult.Of(new LeakSuspect("static A.B") { Fingerprint = "1a2b3c4d5e6f7081" }), "https://example.com/triage");

        Assert.Contains("Suspect: static A.B [1a2b3c4d]. Next:", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_EvidenceWithAReport_SaysWhereItLies()
    {
        string line = AlertText.Compose(Request(AlertStage.Confirmed, Diagnoses.Confirmed), new EvidenceResult { Files = ["/var/lib/shop/20261129-0312", "/other"] }, "https://example.com/triage");

        Assert.EndsWith(" Report: /var/lib/shop/20261129-0312. https://example.com/triage", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Anchor_EveryProblem_HasItsOwn()
    {
        IEnumerable<string> anchors = Enum.GetValues<MemoryProblem>().Select(AlertText.Anchor);

        Assert.Equal(Enum.GetValues<MemoryProblem>().Length, anchors.Distinct().Count());
    }

    private static AlertRequest Request(AlertStage stage, MemoryDiagnosis diagnosis) => new(stage, MemoryProblem.ManagedLeak, diagnosis, TimeSpan.Zero);
}
