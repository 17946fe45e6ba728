using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>
/// Decides whether a diagnosis is news: the first of a stage passes, repeats stay quiet for the cooldown, and whatever was announced is resolved once.
/// </summary>
internal sealed class AlertGate(TimeSpan cooldown)
{
    // A level that stays near the limit is one line a day.
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    // Per problem and stage, not global: a suspicion must not silence its own confirmation.
    private readonly Dictionary<(MemoryProblem, AlertStage), TimeSpan> _quietUntil = [];

    // What was announced and not yet resolved, with the furthest stage announced.
    private readonly Dictionary<MemoryProblem, AlertStage> _open = [];

    private readonly EscalationWatch _escalation = new();

    public TimeSpan Cooldown { get; set; } = cooldown;

    /// <param name="diagnosis">The current diagnosis; asked again with every sample.</param>
    /// <param name="elapsed">The sample's monotonic time: a clock that jumps must neither repeat nor lose an alert.</param>
    /// <returns>At most one request a sample; several resolved problems come with successive samples.</returns>
    public AlertRequest? Next(MemoryDiagnosis diagnosis, TimeSpan elapsed)
    {
        if (diagnosis.Problem == MemoryProblem.None)
        {
            return ResolveOne(diagnosis, elapsed);
        }

        AlertStage stage = diagnosis.IsConfirmed ? AlertStage.Confirmed : AlertStage.Suspected;
        if (_open.TryGetValue(diagnosis.Problem, out AlertStage announced) && announced >= stage)
        {
            return null;
        }

        if (!ShouldRaise(diagnosis.Problem, stage, elapsed))
        {
            return null;
        }

        _open[diagnosis.Problem] = stage;
        if (stage == AlertStage.Confirmed)
        {
            _escalation.Begin(diagnosis, elapsed);
        }

        return new AlertRequest(stage, diagnosis.Problem, diagnosis, elapsed);
    }

    /// <summary>Whether a confirmed problem seems to have come a step nearer to its limit: then its figures are worth renewing.</summary>
    public bool MayEscalate(MemoryDiagnosis diagnosis, TimeSpan elapsed, double usageRatio) => _escalation.Seems(diagnosis, elapsed, usageRatio);

    /// <param name="diagnosis">The diagnosis with the figures of now.</param>
    /// <param name="elapsed">The sample's monotonic time.</param>
    /// <param name="usageRatio">Usage over the nearer limit, 0–1.</param>
    /// <returns>The problem once more, for the cooldown does not hold here; null when it has come no nearer.</returns>
    public AlertRequest? Escalate(MemoryDiagnosis diagnosis, TimeSpan elapsed, double usageRatio) =>
        _escalation.Take(diagnosis, elapsed, usageRatio) is > EscalationStep.None and var step
            ? new AlertRequest(AlertStage.Confirmed, diagnosis.Problem, diagnosis, elapsed) { Step = step }
            : null;

    private AlertRequest? ResolveOne(MemoryDiagnosis diagnosis, TimeSpan elapsed)
    {
        foreach ((MemoryProblem problem, AlertStage announced) in _open)
        {
            _open.Remove(problem);
            _escalation.End(problem);
            return new AlertRequest(AlertStage.Resolved, problem, diagnosis, elapsed) { WasConfirmed = announced == AlertStage.Confirmed };
        }

        return null;
    }

    private bool ShouldRaise(MemoryProblem problem, AlertStage stage, TimeSpan elapsed)
    {
        if (_quietUntil.TryGetValue((problem, stage), out TimeSpan until) && elapsed < until)
        {
            return false;
        }

        _quietUntil[(problem, stage)] = elapsed + (problem == MemoryProblem.NearMemoryLimit && Cooldown < OneDay ? OneDay : Cooldown);
        return true;
    }
}
