using MemGuard.Triage;

namespace MemGuard.Tests.Alerts;

internal static class Diagnoses
{
    public static readonly MemoryDiagnosis None = Of(MemoryProblem.None, confirmed: false);
    public static readonly MemoryDiagnosis Suspected = Of(MemoryProblem.ManagedLeak, confirmed: false);
    public static readonly MemoryDiagnosis Confirmed = Of(MemoryProblem.ManagedLeak, confirmed: true);

    public static MemoryDiagnosis Of(MemoryProblem problem, bool confirmed) =>
        new() { Problem = problem, Reason = "live heap 100 → 200 MB in 5 min", NextStep = "Bound it", IsConfirmed = confirmed };
}
