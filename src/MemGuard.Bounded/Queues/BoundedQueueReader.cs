using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace MemGuard.Bounded;

/// <summary>The reading view of a queue.</summary>
internal sealed class BoundedQueueReader<T>(BoundedQueue<T> queue) : ChannelReader<T>
{
    public override Task Completion => queue.Completion;

    public override bool CanCount => true;

    public override bool CanPeek => true;

    public override int Count => queue.Count;

    public override bool TryRead([MaybeNullWhen(false)] out T item) => queue.TryRead(out item);

    public override bool TryPeek([MaybeNullWhen(false)] out T item) => queue.TryPeek(out item);

    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default) => queue.ReadAsync(cancellationToken);

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => queue.WaitToReadAsync(cancellationToken);
}
