using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.Tests.Alerts;

public sealed class EscalationTests
{
    private readonly AlertGate _gate = new(TimeSpan.FromHours(1));

    [Fact]
    public void Escalate_LimitComesNearer_SpeaksOnceAtEachStep()
    {
        _gate.Next(Limit(300, at: 0), Minutes(0));

        List<EscalationStep> steps = [.. Enumerable.Range(1, 300).Select(minute => _gate.Escalate(Limit(300 - minute, minute), Minutes(minute), 0.5)).OfType<AlertRequest>().Select(static one => one.Step)];

        Assert.Equal([EscalationStep.UnderAnHour, EscalationStep.UnderTenMinutes], steps);
    }

    [Fact]
    public void Escalate_UsageAtTheLimit_IsTheLastStep()
    {
        _gate.Next(Limit(300, at: 0), Minutes(0));

        Assert.Equal(EscalationStep.AtTheLimit, _gate.Escalate(Limit(2, at: 298), Minutes(298), 0.98)!.Step);
        Assert.Null(_gate.Escalate(Limit(1, at: 299), Minutes(299), 0.98));
    }

    [Fact]
    public void MayEscalate_FiguresAreOld_CountsTheTimeSince()
    {
        MemoryDiagnosis old = Limit(300, at: 0);
        _gate.Next(old, Minutes(0));

        Assert.False(_gate.MayEscalate(old, Minutes(239), 0.5));
        Assert.True(_gate.MayEscalate(old, Minutes(241), 0.5));
    }

    [Fact]
    public void MayEscalate_NewFiguresDidNotBearItOut_AsksAgainAfterAMinute()
    {
        MemoryDiagnosis old = Limit(300, at: 0);
        _gate.Next(old, Minutes(0));
        Assert.Null(_gate.Escalate(Limit(300, at: 241), Minutes(241), 0.5));

        Assert.False(_gate.MayEscalate(old, Minutes(241.5), 0.5));
        Assert.True(_gate.MayEscalate(old, Minutes(242.1), 0.5));
    }

    [Fact]
    public void Escalate_FirstAlertSaidItAlready_SaysNothing()
    {
        _gate.Next(Limit(50, at: 0), Minutes(0));

        Assert.Null(_gate.Escalate(Limit(45, at: 5), Minutes(5), 0.5));
    }

    [Fact]
    public void Escalate_SuspectedOrResolved_SaysNothing()
    {
        _gate.Next(Limit(50, at: 0) with { IsConfirmed = false }, Minutes(0));
        Assert.Null(_gate.Escalate(Limit(5, at: 5) with { IsConfirmed = false }, Minutes(5), 0.5));

        _gate.Next(Limit(50, at: 6), Minutes(6));
        _gate.Next(Diagnoses.None, Minutes(7));
        Assert.Null(_gate.Escalate(Limit(5, at: 8), Minutes(8), 0.5));
    }

    [Fact]
    public void Next_NearTheLimitAgainTheSameDay_StaysQuiet()
    {
        MemoryDiagnosis near = Diagnoses.Of(MemoryProblem.NearMemoryLimit, confirmed: true);
        _gate.Next(near, Minutes(0));
        _gate.Next(Diagnoses.None, Minutes(30));

        Assert.Null(_gate.Next(near, Minutes(600)));
        Assert.NotNull(_gate.Next(near, Minutes(1441)));
    }

    [Fact]
    public void Compose_StepAndEnding_AreSaid()
    {
        AlertRequest step = new(AlertStage.Confirmed, MemoryProblem.ManagedLeak, Diagnoses.Confirmed, Minutes(1)) { Step = EscalationStep.UnderTenMinutes };
        AlertRequest resolved = new(AlertStage.Resolved, MemoryProblem.ManagedLeak, Diagnoses.None with { EndedBecause = "most of the growth was given back" }, Minutes(1)) { WasConfirmed = true };

        Assert.StartsWith("Managed leak goes on, limit in less than ten minutes: ", AlertText.Compose(step, EvidenceResult.Empty, "https://example.com/triage"), StringComparison.Ordinal);
        Assert.StartsWith("Managed leak resolved: most of the growth was given back; ", AlertText.Compose(resolved, EvidenceResult.Empty, "https://example.com/triage"), StringComparison.Ordinal);
    }

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static MemoryDiagnosis Limit(double minutes, double at) => Diagnoses.Confirmed with
    {
        BytesPerHour = 1e6,
        TimeToLimit = Minutes(minutes),
        Sample = new MemorySample { Elapsed = Minutes(at) },
    };
}
