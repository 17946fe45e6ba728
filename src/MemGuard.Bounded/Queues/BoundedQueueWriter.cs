using System.Threading.Channels;

namespace MemGuard.Bounded;

/// <summary>The writing view of a queue.</summary>
internal sealed class BoundedQueueWriter<T>(BoundedQueue<T> queue) : ChannelWriter<T>
{
    public override bool TryWrite(T item) => queue.TryWrite(item);

    public override ValueTask WriteAsync(T item, CancellationToken cancellationToken = default) => queue.WriteAsync(item, cancellationToken);

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => queue.WaitToWriteAsync(cancellationToken);

    public override bool TryComplete(Exception? error = null) => queue.TryComplete(error);
}
