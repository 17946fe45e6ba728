using MemGuard.Triage;

namespace MemGuard.Evidence;

/// <summary>Asks an evidence collector for what it knows.</summary>
public sealed record EvidenceRequest
{
    /// <summary>The diagnosis that needs evidence.</summary>
    public required MemoryDiagnosis Diagnosis { get; init; }

    /// <summary>What the evidence is for.</summary>
    public required EvidencePurpose Purpose { get; init; }
}
