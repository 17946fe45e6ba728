using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>Parked operations in the order of their arrival. Guarded by the queue's lock.</summary>
internal sealed class QueueWaiterList
{
    private QueueWaiter? _last;

    public QueueWaiter? First { get; private set; }

    public int Count { get; private set; }

    public void Append(QueueWaiter waiter)
    {
        Debug.Assert(waiter.List is null, "A waiter is in one list at a time.");
        waiter.List = this;
        waiter.Next = null;
        waiter.Previous = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
        Count++;
    }

    public void Remove(QueueWaiter waiter)
    {
        Debug.Assert(waiter.List == this, "Removed from a list it is not in.");
        if (waiter.Previous is null)
        {
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.List = null;
        waiter.Previous = null;
        waiter.Next = null;
        Count--;
    }
}
