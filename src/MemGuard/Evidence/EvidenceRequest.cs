using MemGuard.Triage;

namespace MemGuard.Evidence;

/// <summary>Asks a collector for evidence.</summary>
/// <param name="Diagnosis">The diagnosis that needs evidence.</param>
/// <param name="Purpose">What the evidence is for.</param>
public sealed record EvidenceRequest(MemoryDiagnosis Diagnosis, EvidencePurpose Purpose);
