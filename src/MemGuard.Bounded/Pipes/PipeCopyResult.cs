namespace MemGuard.Bounded;

/// <summary>How a copy into a pipe ended.</summary>
/// <param name="BytesWritten">Bytes given to the writer.</param>
/// <param name="IsReaderGone">The reader completed, stalled, or the flush was cancelled before the source's end: the rest was not read.</param>
public readonly record struct PipeCopyResult(long BytesWritten, bool IsReaderGone);
