using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>One piece of news about the process's memory.</summary>
/// <param name="Stage">How far the alert has come.</param>
/// <param name="Problem">The kind of trouble; for <see cref="AlertStage.Resolved"/> the one that ended.</param>
/// <param name="Message">The whole alert as one line.</param>
/// <param name="Diagnosis">The diagnosis behind it.</param>
/// <param name="Suspects">What probably holds the memory, the strongest first.</param>
public sealed record MemoryAlert(
    AlertStage Stage,
    MemoryProblem Problem,
    string Message,
    MemoryDiagnosis Diagnosis,
    IReadOnlyList<LeakSuspect> Suspects)
{
    /// <summary>Monotonic time since process start at which it became news.</summary>
    public TimeSpan Elapsed { get; init; }
}
