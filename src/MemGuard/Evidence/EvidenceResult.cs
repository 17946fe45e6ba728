namespace MemGuard.Evidence;

/// <summary>What an evidence collector found, or why it found nothing.</summary>
/// <remarks>Immutable.</remarks>
public sealed record EvidenceResult
{
    /// <summary>The suspects, the strongest first; empty when there are none.</summary>
    public IReadOnlyList<LeakSuspect> Suspects { get; init; } = [];

    /// <summary>Further facts for the report, each one sentence.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Files that were written: reports, snapshots.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Why there is no suspect, as a sentence without a full stop: it stands in the alert's line. Null when there is one, or nothing to say.</summary>
    public string? NoneBecause { get; init; }

    /// <summary>Nothing to say: what was asked for does not concern this evidence collector.</summary>
    public static EvidenceResult Empty { get; } = new();

    /// <summary>Suspects and nothing else.</summary>
    /// <param name="suspects">The strongest first.</param>
    public static EvidenceResult Of(params IReadOnlyList<LeakSuspect> suspects) => new() { Suspects = suspects };

    /// <summary>No suspect, and why.</summary>
    /// <param name="because">A sentence without a full stop.</param>
    public static EvidenceResult None(string because) => new() { NoneBecause = because };
}
