using System.Threading.Tasks.Sources;

namespace MemGuard.Bounded;

/// <summary>A parked writer. It carries its item: whoever makes room moves the item in, so there is no race to retry.</summary>
internal sealed class QueueWriteWaiter<T>(BoundedQueue<T> queue, QueueWaiterPool<QueueWriteWaiter<T>> pool)
    : QueueWaiter<EnqueueResult>(queue), IValueTaskSource
{
    public T Item { get; set; } = default!;

    public long Weight { get; set; }

    /// <summary>Timestamp of the queue's clock, for the statistics.</summary>
    public long ParkedAt { get; set; }

    // The view of ChannelWriter.WriteAsync, where anything but success is an exception.
    void IValueTaskSource.GetResult(short token)
    {
        // Read before the result: taking that recycles the waiter.
        Exception? error = Error;
        ((BoundedQueue<T>)Owner).ThrowUnlessStored(GetResult(token), error);
    }

    // Seen through that view, too, or a task made of it would be a failed one where it is a canceled one.
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        ValueTaskSourceStatus status = GetStatus(token);
        if (status != ValueTaskSourceStatus.Succeeded || Outcome == WaitOutcome.Granted)
        {
            return status;
        }

        return Outcome == WaitOutcome.Completed && Error is OperationCanceledException ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted;
    }

    protected override bool TryGetResult(out EnqueueResult result, out Exception? failure)
    {
        result = Outcome switch
        {
            WaitOutcome.TimedOut => EnqueueResult.TimedOut,
            WaitOutcome.Completed => EnqueueResult.Completed,
            _ => EnqueueResult.Enqueued,
        };
        failure = null;
        return true;
    }

    protected override void Recycle()
    {
        Item = default!;
        Error = null;
        CanceledBy = default;
        pool.Return(this);
    }
}
