namespace MemGuard.Bounded;

/// <summary>What a <see cref="BoundedPipeWriter"/> has done so far.</summary>
public sealed record BoundedPipeWriterStatistics
{
    /// <summary>Bytes written and not yet taken by the reader's side.</summary>
    public required long UnflushedBytes { get; init; }

    /// <summary>Bytes written.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>Flushes, of which <see cref="TotalWaits"/> had to wait for the reader.</summary>
    public required long TotalFlushes { get; init; }

    /// <summary>Flushes that had to wait.</summary>
    public required long TotalWaits { get; init; }

    /// <summary>How long they waited, together.</summary>
    public required TimeSpan TotalWaitTime { get; init; }

    /// <summary>Whether the writer has given up on its reader.</summary>
    public required bool IsStalled { get; init; }
}
