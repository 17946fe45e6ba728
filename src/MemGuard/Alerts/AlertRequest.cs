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

    /// <summary>Of a confirmed problem that speaks again: how near its limit has come.</summary>
    public EscalationStep Step { get; init; }

    /// <summary>No news at all: only the collectors are asked, who holds the growth.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>Of a suspicion: whether the collectors have been asked about this growth before, and have answered.</summary>
    public bool HasBaseline { get; init; }

    /// <summary>What a collector found after the alert was written; null for the alert itself.</summary>
    public EvidenceResult? LateEvidence { get; init; }

    /// <param name="evidence">What the collectors found.</param>
    /// <param name="links">Where the documentation is; null for that of this build.</param>
    public MemoryAlert ToAlert(EvidenceResult evidence, HelpLinks? links = null) => new()
    {
        Stage = Stage,
        Problem = Problem,
        HelpLink = LinkFrom(links ?? new HelpLinks(null)),
        Message = AlertText.Compose(this, evidence, LinkFrom(links ?? new HelpLinks(null))),
        Diagnosis = Diagnosis,
        Evidence = evidence,
        Elapsed = Elapsed,
    };

    private string LinkFrom(HelpLinks links) => links.To("triage.md#" + AlertText.Anchor(Problem));
}
