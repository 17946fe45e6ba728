namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>The outcome of asking for an allocation profile.</summary>
/// <remarks>Immutable.</remarks>
public sealed record AllocationProfileResult
{
    /// <summary>The profile; null when it was refused.</summary>
    public AllocationProfile? Profile { get; init; }

    /// <summary>Why there is none, as a sentence without a full stop; null when there is one.</summary>
    public string? RefusedBecause { get; init; }
}
