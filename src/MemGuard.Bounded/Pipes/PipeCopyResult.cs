namespace MemGuard.Bounded;

/// <summary>How a copy into a pipe ended.</summary>
public readonly record struct PipeCopyResult
{
    /// <summary>Bytes given to the writer.</summary>
    public required long BytesWritten { get; init; }

    /// <summary>Whether the reader completed, stalled, or the flush was cancelled before the source's end: the rest was not read.</summary>
    public required bool IsReaderGone { get; init; }
}
