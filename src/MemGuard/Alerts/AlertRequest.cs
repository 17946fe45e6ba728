using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>News that passed the gate and waits for the dispatcher.</summary>
/// <param name="Stage">How far the alert has come.</param>
/// <param name="Problem">The problem it is about; for <see cref="AlertStage.Resolved"/> the one that ended.</param>
/// <param name="Diagnosis">The diagnosis that made the news.</param>
/// <param name="Elapsed">Monotonic time of the sample at which it became news.</param>
internal sealed record AlertRequest(AlertStage Stage, MemoryProblem Problem, MemoryDiagnosis Diagnosis, TimeSpan Elapsed)
{
    /// <summary>Of a resolved problem: whether it was confirmed, rather than only suspected.</summary>
    public bool WasConfirmed { get; init; }

    public MemoryAlert ToAlert(IReadOnlyList<LeakSuspect> suspects) =>
        new(Stage, Problem, AlertText.Compose(this, suspects), Diagnosis, suspects) { Elapsed = Elapsed };
}
