using System.IO.Pipelines;

namespace MemGuard.Bounded;

/// <summary>The account of one copy: what was written, and when to flush.</summary>
internal sealed class PipeCopy(PipeWriter writer, int flushThreshold)
{
    private long _written;
    private long _sinceFlush;
    private bool _isReaderGone;

    public PipeCopyResult Result => new() { BytesWritten = _written, IsReaderGone = _isReaderGone };

    /// <summary>Notes bytes and flushes when enough are there.</summary>
    /// <returns>False when the reader wants no more.</returns>
    public ValueTask<bool> ContinueAsync(long bytes, CancellationToken cancellationToken)
    {
        _written += bytes;
        _sinceFlush += bytes;
        return _sinceFlush < flushThreshold ? new ValueTask<bool>(true) : FlushAsync(cancellationToken);
    }

    public async ValueTask<PipeCopyResult> EndAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return Result;
    }

    private async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        _sinceFlush = 0;
        FlushResult result = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        _isReaderGone = result.IsCompleted || result.IsCanceled;
        return !_isReaderGone;
    }
}
