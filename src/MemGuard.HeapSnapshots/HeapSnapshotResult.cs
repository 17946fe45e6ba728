namespace MemGuard.HeapSnapshots;

/// <summary>The outcome of asking for a snapshot.</summary>
public sealed record HeapSnapshotResult
{
    /// <summary>The snapshot; null when it was refused. Dispose it.</summary>
    public HeapSnapshot? Snapshot { get; init; }

    /// <summary>Why there is none, as a sentence without a full stop; null when there is one.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>The directory with the snapshot's file and reports; null when files are off or could not be written.</summary>
    public string? Directory { get; init; }
}
