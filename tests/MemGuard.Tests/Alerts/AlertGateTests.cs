using MemGuard.Alerts;
using MemGuard.Triage;

namespace MemGuard.Tests.Alerts;

public class AlertGateTests
{
    private static readonly TimeSpan Cooldown = TimeSpan.FromHours(1);
    private readonly AlertGate _gate = new(Cooldown);

    [Fact]
    public void Next_FirstSuspicion_Passes()
    {
        AlertRequest? request = _gate.Next(Diagnoses.Suspected, Minutes(1));

        Assert.Equal((AlertStage.Suspected, MemoryProblem.ManagedLeak, Minutes(1)), (request!.Stage, request.Problem, request.Elapsed));
    }

    [Fact]
    public void Next_SameDiagnosisAgain_IsNoNews()
    {
        _gate.Next(Diagnoses.Suspected, Minutes(1));

        Assert.Null(_gate.Next(Diagnoses.Suspected, Minutes(500)));
    }

    [Fact]
    public void Next_ConfirmationRightAfterSuspicion_IsNotSilenced()
    {
        _gate.Next(Diagnoses.Suspected, Minutes(1));

        Assert.Equal(AlertStage.Confirmed, _gate.Next(Diagnoses.Confirmed, Minutes(2))!.Stage);
    }

    [Fact]
    public void Next_BackFromConfirmedToSuspected_IsNoNews()
    {
        _gate.Next(Diagnoses.Confirmed, Minutes(1));

        Assert.Null(_gate.Next(Diagnoses.Suspected, Minutes(2)));
    }

    [Fact]
    public void Next_ProblemGone_ResolvesOnce()
    {
        _gate.Next(Diagnoses.Confirmed, Minutes(1));

        AlertRequest? resolved = _gate.Next(Diagnoses.None, Minutes(2));

        Assert.Equal((AlertStage.Resolved, MemoryProblem.ManagedLeak), (resolved!.Stage, resolved.Problem));
        Assert.Null(_gate.Next(Diagnoses.None, Minutes(3)));
    }

    [Fact]
    public void Next_TwoProblemsAnnounced_BothAreResolved()
    {
        _gate.Next(Diagnoses.Confirmed, Minutes(1));
        _gate.Next(Diagnoses.Of(MemoryProblem.GCThrash, confirmed: true), Minutes(2));

        MemoryProblem first = _gate.Next(Diagnoses.None, Minutes(3))!.Problem;
        MemoryProblem second = _gate.Next(Diagnoses.None, Minutes(4))!.Problem;

        Assert.Equal([MemoryProblem.ManagedLeak, MemoryProblem.GCThrash], new[] { first, second }.Order());
    }

    [Fact]
    public void Next_FlappingWithinTheCooldown_StaysQuiet()
    {
        _gate.Next(Diagnoses.Suspected, Minutes(1));
        _gate.Next(Diagnoses.None, Minutes(2));

        Assert.Null(_gate.Next(Diagnoses.Suspected, Minutes(3)));
        Assert.Null(_gate.Next(Diagnoses.None, Minutes(4)));
    }

    [Fact]
    public void Next_AgainAfterTheCooldown_Passes()
    {
        _gate.Next(Diagnoses.Suspected, Minutes(1));
        _gate.Next(Diagnoses.None, Minutes(2));

        Assert.NotNull(_gate.Next(Diagnoses.Suspected, Minutes(1) + Cooldown));
    }

    [Fact]
    public void Next_StillThereWhenTheCooldownEnds_Passes()
    {
        _gate.Next(Diagnoses.Suspected, Minutes(1));
        _gate.Next(Diagnoses.None, Minutes(2));
        _gate.Next(Diagnoses.Suspected, Minutes(3));

        Assert.NotNull(_gate.Next(Diagnoses.Suspected, Minutes(61)));
    }

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);
}
