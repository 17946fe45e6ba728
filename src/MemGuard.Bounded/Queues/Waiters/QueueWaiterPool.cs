namespace MemGuard.Bounded;

/// <summary>Used waiters of one kind, for the next wait. Returned by any thread, rented under the queue's lock.</summary>
/// <remarks>
/// A lock-free stack. Its compare-and-swap needs no version against a head that leaves and comes back between the two reads of a pop:
/// pops exclude each other by the queue's lock, and pushes alone cannot bring a head back.
/// </remarks>
internal sealed class QueueWaiterPool<TWaiter>
    where TWaiter : QueueWaiter
{
    // Enough for the waits of a busy queue; a burst of thousands must not be remembered for ever.
    private const int MaxDepth = 64;

    private QueueWaiter? _head;

    public TWaiter? RentUnsynchronized()
    {
        while (true)
        {
            QueueWaiter? head = Volatile.Read(ref _head);
            if (head is null)
            {
                return null;
            }

            if (Interlocked.CompareExchange(ref _head, head.Next, head) == head)
            {
                head.Next = null;
                return (TWaiter)head;
            }
        }
    }

    public void Return(TWaiter waiter)
    {
        while (true)
        {
            QueueWaiter? head = Volatile.Read(ref _head);
            waiter.PoolDepth = head is null ? 0 : head.PoolDepth + 1;
            if (waiter.PoolDepth >= MaxDepth)
            {
                waiter.Next = null;
                return;
            }

            waiter.Next = head;
            if (Interlocked.CompareExchange(ref _head, waiter, head) == head)
            {
                return;
            }
        }
    }
}
