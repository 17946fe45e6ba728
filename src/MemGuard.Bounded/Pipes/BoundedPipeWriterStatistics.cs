namespace MemGuard.Bounded;

/// <summary>What a <see cref="BoundedPipeWriter"/> has done so far.</summary>
/// <param name="UnflushedBytes">Bytes written and not yet taken by the reader's side.</param>
/// <param name="TotalBytes">Bytes written.</param>
/// <param name="TotalFlushes">Flushes, of which <paramref name="TotalWaits"/> had to wait for the reader.</param>
/// <param name="TotalWaits">Flushes that had to wait.</param>
/// <param name="TotalWaitTime">How long they waited, together.</param>
/// <param name="IsStalled">Whether the writer has given up on its reader.</param>
public sealed record BoundedPipeWriterStatistics(long UnflushedBytes, long TotalBytes, long TotalFlushes, long TotalWaits, TimeSpan TotalWaitTime, bool IsStalled);
