namespace MemGuard.Bounded;

/// <summary>
/// A parked <c>ReadManyAsync</c>. Items move into its buffer as they come, so it never keeps them from the queue's bounds
/// and a batch larger than the queue fills too.
/// </summary>
internal sealed class QueueBatchWaiter<T>(BoundedQueue<T> queue, QueueWaiterPool<QueueBatchWaiter<T>> pool) : QueueWaiter<int>(queue)
{
    public QueueBatchBuffer<T> Buffer { get; set; }

    /// <summary>Items already in the buffer. Guarded by the lock until the wait has ended.</summary>
    public int Count { get; set; }

    /// <summary>How long to wait for more after the first item; milliseconds.</summary>
    public long MaxWait { get; set; }

    public bool IsFull => Count == Buffer.Length;

    public void Add(T item) => Buffer.Items[Count++] = item;

    // Items that were already taken must reach the caller: a cancelled or failed batch with items is a short batch.
    protected override Exception? CreateCancellation() => Count > 0 ? null : base.CreateCancellation();

    protected override bool TryGetResult(out int result, out Exception? failure)
    {
        result = Count;
        failure = Count == 0 && Outcome == WaitOutcome.Completed ? Error : null;
        return failure is null;
    }

    protected override void Recycle()
    {
        QueueBatchBuffer<T> buffer = Buffer;
        int count = Count;
        Buffer = default;
        Count = 0;
        Error = null;
        CanceledBy = default;
        pool.Return(this);
        buffer.HandOver(count);
    }
}
