namespace MemGuard.Bounded;

/// <summary>A parked <c>ReadAsync</c>: the item is put into its hand.</summary>
internal sealed class QueueReadWaiter<T>(BoundedQueue<T> queue, QueueWaiterPool<QueueReadWaiter<T>> pool) : QueueWaiter<T>(queue)
{
    public T Item { get; set; } = default!;

    protected override bool TryGetResult(out T result, out Exception? failure)
    {
        result = Item;
        failure = Outcome == WaitOutcome.Completed ? BoundedQueueErrors.OfClosed(Error) : null;
        return failure is null;
    }

    protected override void Recycle()
    {
        Item = default!;
        Error = null;
        CanceledBy = default;
        pool.Return(this);
    }
}
