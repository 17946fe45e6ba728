namespace MemGuard.Bounded;

/// <content>What an operation decided under the lock, done after it.</content>
public sealed partial class BoundedQueue<T>
{
    /// <summary>Does, outside the lock, what was decided under it: signals waiters, calls the drop callback, completes.</summary>
    private void Settle(ref Aftermath after)
    {
        if (after.IsNothing)
        {
            return;
        }

        if (after.BegunBatch is (QueueBatchWaiter<T> batch, short version))
        {
            LimitWait(batch, version, ref after);
        }

        if (after.StartsDeadlines)
        {
            PendingDeadlines.Add(this);
            SharedTicker.Add(this, _timeProvider);
        }

        if (after.StartsAge)
        {
            _age.Start();
        }

        SignalEnded(after.FirstEnded);
        if (after.HasDropped)
        {
            ReportDropped(ref after);
        }

        if (after.IsFinished)
        {
            Finish();
        }
    }

    private void SignalEnded(QueueWaiter? waiter)
    {
        long now = 0;
        long waited = 0;
        while (waiter is not null)
        {
            // Read first: a signalled waiter belongs to its caller, who may recycle it at once.
            QueueWaiter? next = waiter.Next;
            waiter.Next = null;
            if (waiter is QueueWriteWaiter<T> writer)
            {
                now = now == 0 ? _timeProvider.GetTimestamp() : now;
                waited += now - writer.ParkedAt;
            }

            waiter.Signal();
            waiter = next;
        }

        if (waited != 0)
        {
            Interlocked.Add(ref _totalWaitTimestamps, waited);
        }
    }

    private void ReportDropped(ref Aftermath after)
    {
        ReportDropped(after.FirstDropped, after.DropReason);
        if (after.MoreDropped is not null)
        {
            foreach (T item in after.MoreDropped)
            {
                ReportDropped(item, after.DropReason);
            }
        }
    }

    private void ReportDropped(T item, ItemDropReason reason)
    {
        if (_itemDropped is null)
        {
            return;
        }

        try
        {
            _itemDropped(item, reason);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _totalCallbackErrors);
            ContainedFailures.Count();
        }
    }

    /// <summary>What one operation decided under the lock and does after it.</summary>
    private struct Aftermath
    {
        private QueueWaiter? _lastEnded;

        /// <summary>Unlinked waiters in order, chained by their free <see cref="ListNode{TNode}.Next"/>.</summary>
        public QueueWaiter? FirstEnded { get; private set; }

        public bool HasDropped { get; private set; }

        /// <summary>The usual single dropped item needs no list.</summary>
        public T FirstDropped { get; private set; }

        public List<T>? MoreDropped { get; private set; }

        public ItemDropReason DropReason { get; private set; }

        /// <summary>A parked batch that has items and no deadline yet.</summary>
        public (QueueBatchWaiter<T> Waiter, short Version)? BegunBatch { get; set; }

        public bool StartsDeadlines { get; set; }

        public bool StartsAge { get; set; }

        public bool IsFinished { get; set; }

        public readonly bool IsNothing => FirstEnded is null && !HasDropped && BegunBatch is null && !StartsDeadlines && !StartsAge && !IsFinished;

        public void AddEnded(QueueWaiter waiter)
        {
            if (_lastEnded is null)
            {
                FirstEnded = waiter;
            }
            else
            {
                _lastEnded.Next = waiter;
            }

            _lastEnded = waiter;
        }

        public void AddDropped(T item, ItemDropReason reason)
        {
            if (HasDropped)
            {
                (MoreDropped ??= []).Add(item);
                return;
            }

            HasDropped = true;
            FirstDropped = item;
            DropReason = reason;
        }
    }
}
