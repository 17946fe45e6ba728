using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>Remembers how near the limit each confirmed problem was said to be, and tells when it has come nearer by a step.</summary>
internal sealed class EscalationWatch
{
    /// <summary>Usage over the limit from which on the next allocation may be the last.</summary>
    private const double LimitRatio = 0.97;

    /// <summary>A step that the newest figures did not bear out is asked for again after this time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<MemoryProblem, EscalationStep> _said = [];
    private TimeSpan _askedAt = TimeSpan.MinValue;

    /// <summary>A problem was confirmed: what its alert says of the limit need not be said again.</summary>
    public void Begin(MemoryDiagnosis diagnosis, TimeSpan elapsed) => _said[diagnosis.Problem] = StepOf(diagnosis, elapsed, 0);

    public void End(MemoryProblem problem) => _said.Remove(problem);

    /// <summary>Whether a step seems to be reached, by figures that may be old.</summary>
    public bool Seems(MemoryDiagnosis diagnosis, TimeSpan elapsed, double usageRatio) =>
        elapsed - Patience >= _askedAt && IsNews(diagnosis, elapsed, usageRatio);

    /// <summary>The step that is reached by the newest figures and was not said yet; none otherwise.</summary>
    public EscalationStep Take(MemoryDiagnosis diagnosis, TimeSpan elapsed, double usageRatio)
    {
        _askedAt = elapsed;
        return IsNews(diagnosis, elapsed, usageRatio) ? _said[diagnosis.Problem] = StepOf(diagnosis, elapsed, usageRatio) : EscalationStep.None;
    }

    private bool IsNews(MemoryDiagnosis diagnosis, TimeSpan elapsed, double usageRatio) =>
        diagnosis.IsConfirmed && _said.TryGetValue(diagnosis.Problem, out EscalationStep said) && StepOf(diagnosis, elapsed, usageRatio) > said;

    private static EscalationStep StepOf(MemoryDiagnosis diagnosis, TimeSpan elapsed, double usageRatio)
    {
        // The forecast is as old as its sample, and time has passed since.
        TimeSpan? left = diagnosis.TimeToLimit - (elapsed - diagnosis.Sample.Elapsed);
        return diagnosis.BytesPerHour is null ? EscalationStep.None
            : usageRatio >= LimitRatio ? EscalationStep.AtTheLimit
            : left < TimeSpan.FromMinutes(10) ? EscalationStep.UnderTenMinutes
            : left < TimeSpan.FromHours(1) ? EscalationStep.UnderAnHour
            : EscalationStep.None;
    }
}
