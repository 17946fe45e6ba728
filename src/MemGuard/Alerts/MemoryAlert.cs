using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>One piece of news about the process's memory.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MemoryAlert
{
    /// <summary>How far the alert has come.</summary>
    public required AlertStage Stage { get; init; }

    /// <summary>The kind of trouble; for <see cref="AlertStage.Resolved"/> the one that ended.</summary>
    public required MemoryProblem Problem { get; init; }

    /// <summary>The whole alert as one line.</summary>
    public required string Message { get; init; }

    /// <summary>The diagnosis behind it.</summary>
    public required MemoryDiagnosis Diagnosis { get; init; }

    /// <summary>What the collectors found together, or why they found nothing.</summary>
    public EvidenceResult Evidence { get; init; } = EvidenceResult.Empty;

    /// <summary>What probably holds the memory, the strongest first.</summary>
    public IReadOnlyList<LeakSuspect> Suspects => Evidence.Suspects;

    /// <summary>The page that explains the problem and what to do, as in the line: an absolute address, unless neither <see cref="MemGuardOptions.HelpLinkBase"/> nor this build has one.</summary>
    public string HelpLink { get; init; } = "";

    /// <summary>Monotonic time since process start at which it became news.</summary>
    public TimeSpan Elapsed { get; init; }
}
