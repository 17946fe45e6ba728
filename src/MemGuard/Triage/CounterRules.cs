using MemGuard.Trends;

namespace MemGuard.Triage;

/// <summary>What timers, assemblies and the finalizer thread say: the cause of a growth in bytes, or a suspicion of their own where bytes stay flat.</summary>
internal static class CounterRules
{
    /// <summary>A suspicion from the counters alone; null when they are quiet.</summary>
    public static MemoryDiagnosis? Diagnose(TrendReport report, TriageSettings settings) =>
        settings.ManagedLeak && Explain(report, MemoryProblem.ManagedLeak) is string managed
            ? Suspicion(report, MemoryProblem.ManagedLeak, managed)
            : settings.UnmanagedGrowth && Explain(report, MemoryProblem.UnmanagedGrowth) is string unmanaged
                ? Suspicion(report, MemoryProblem.UnmanagedGrowth, unmanaged)
                : null;

    /// <summary>The counter that explains a problem of this kind, in figures; null when none does.</summary>
    public static string? Explain(TrendReport report, MemoryProblem problem) => problem switch
    {
        MemoryProblem.ManagedLeak when report.IsFinalizerBlocked => FormattableString.Invariant(
            $"the finalizer thread is blocked: a finalizable object has waited {report.Sample.FinalizerLag?.TotalSeconds:0} s"),
        MemoryProblem.ManagedLeak when report.Timers is MemoryTrend timers => Climb("active timers", timers),
        MemoryProblem.UnmanagedGrowth when report.Assemblies is MemoryTrend assemblies => Climb("loaded assemblies", assemblies),
        _ => null,
    };

    public static string NextStep(TrendReport report, MemoryProblem problem) =>
        problem == MemoryProblem.UnmanagedGrowth ? "Look for code that makes assemblies again and again: serializers, expression compilers, scripts; cache what they make."
        : report.IsFinalizerBlocked ? "Look at the finalizer thread's stack: a finalizer waits for a lock or for another thread."
        : "Look for timers that are started and never disposed.";

    private static string Climb(string what, MemoryTrend trend) => FormattableString.Invariant(
        $"{what} {trend.Start:#,0} → {trend.End:#,0} in {Figures.Duration(trend.Window)} (+{trend.PerHour / 60:#,0}/min)");

    // Never confirmed: sessions and connections climb after every restart, with a timer each. Only bytes that matter confirm.
    private static MemoryDiagnosis Suspicion(TrendReport report, MemoryProblem problem, string reason) =>
        new()
        {
            Problem = problem,
            Reason = reason,
            NextStep = NextStep(report, problem),
            Sample = report.Sample,
            Trends = report.Trends,
        };
}
