using System.IO.Pipelines;

namespace MemGuard.Bounded;

/// <summary>
/// The writer behind <see cref="BoundedPipeWriter.AsStream"/>: a stream has no result that could say that the reader has stalled, so here it is an exception.
/// </summary>
internal sealed class StallTellingWriter(BoundedPipeWriter writer) : PipeWriter
{
    public override bool CanGetUnflushedBytes => writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => writer.UnflushedBytes;

    public override void Advance(int bytes) => writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

    public override void CancelPendingFlush() => writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => writer.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => writer.CompleteAsync(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Tell(writer.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        Tell(writer.WriteAsync(source, cancellationToken));

    private ValueTask<FlushResult> Tell(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully)
        {
            return TellAsync(flush);
        }

        FlushResult result = flush.Result;
        writer.ThrowIfStalled();
        return new ValueTask<FlushResult>(result);
    }

    private async ValueTask<FlushResult> TellAsync(ValueTask<FlushResult> flush)
    {
        FlushResult result = await flush.ConfigureAwait(false);
        writer.ThrowIfStalled();
        return result;
    }
}
