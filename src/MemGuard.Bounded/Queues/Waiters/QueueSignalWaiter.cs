namespace MemGuard.Bounded;

/// <summary>A parked <c>WaitToReadAsync</c> or <c>WaitToWriteAsync</c>: a hint that trying is worth it, not a promise.</summary>
internal sealed class QueueSignalWaiter<T>(BoundedQueue<T> queue, QueueWaiterPool<QueueSignalWaiter<T>> pool) : QueueWaiter<bool>(queue)
{
    protected override bool TryGetResult(out bool result, out Exception? failure)
    {
        result = Outcome == WaitOutcome.Granted;
        failure = Outcome == WaitOutcome.Completed ? Error : null;
        return failure is null;
    }

    protected override void Recycle()
    {
        Error = null;
        CanceledBy = default;
        pool.Return(this);
    }
}
