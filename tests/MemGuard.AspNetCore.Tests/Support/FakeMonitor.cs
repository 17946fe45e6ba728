using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.AspNetCore.Tests.Support;

/// <summary>A monitor that knows what the test says.</summary>
internal sealed class FakeMonitor : IMemoryMonitor
{
    public MemorySample? Latest => History.Count > 0 ? History[^1] : null;

    public IReadOnlyList<MemorySample> History { get; set; } = [];

    public MemoryDiagnosis Diagnosis { get; set; } = new() { Problem = MemoryProblem.None, Reason = "no growth that matters", NextStep = "Nothing" };

    public IReadOnlyList<MemoryAlert> Alerts { get; set; } = [];

    public MemoryLimitAdvice Advice { get; set; } = MemoryLimitAdvice.None;

    public PreviousRun? PreviousRun { get; set; }

    /// <summary>How often somebody asked for the diagnosis: a sign of work.</summary>
    public int Asked { get; private set; }

    public MemoryDiagnosis Diagnose()
    {
        Asked++;
        return Diagnosis;
    }

    public IReadOnlyList<MemorySample> GetHistory() => History;

    public MemoryLimitAdvice GetLimitAdvice() => Advice;

    public DiagnosticReport CreateReport() => throw new InvalidOperationException("there is nothing to report");

    public IReadOnlyList<MemoryAlert> GetRecentAlerts() => Alerts;
}
