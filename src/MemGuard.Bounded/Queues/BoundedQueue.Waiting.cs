using System.Diagnostics;

namespace MemGuard.Bounded;

public sealed partial class BoundedQueue<T>
{
    /// <summary>How long a <c>WaitToWriteAsync</c> waits that has nothing to wait for; see <see cref="_hasRefusedImpossible"/>.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    TimeSpan ITickTarget.TickPeriod => TimeSpan.FromMilliseconds(10);

    bool IQueueWaiterOwner.ContinuesSynchronously => _continuesSynchronously;

    bool ITickTarget.Tick(long nowMilliseconds)
    {
        Aftermath after = default;
        bool goesOn;
        using (_gate.EnterScope())
        {
            if (nowMilliseconds >= _nextDeadline)
            {
                _nextDeadline = long.MaxValue;
                ExpireUnsynchronized(_writers, nowMilliseconds, WaitOutcome.TimedOut, ref after);
                ExpireUnsynchronized(_readers, nowMilliseconds, WaitOutcome.TimedOut, ref after);
                // The end of a pause, which waits for nothing.
                ExpireUnsynchronized(_roomSignals, nowMilliseconds, WaitOutcome.Granted, ref after);
                // A writer that gave up at the head may have been all that kept the next from fitting.
                ReleaseWritersUnsynchronized(ref after);
                UpdateAttentionUnsynchronized();
            }

            goesOn = _nextDeadline != long.MaxValue;
            _isTickingDeadlines = goesOn;
        }

        if (!goesOn)
        {
            PendingDeadlines.Remove(this);
        }

        Settle(ref after);
        return goesOn;
    }

    void IQueueWaiterOwner.Cancel(QueueWaiter waiter, CancellationToken token)
    {
        Aftermath after = default;
        using (_gate.EnterScope())
        {
            if (waiter.List is null)
            {
                // Granted, timed out or completed first.
                return;
            }

            waiter.CanceledBy = token;
            if (waiter.List == _writers)
            {
                _totalCanceledWrites++;
            }

            EndUnsynchronized(waiter, WaitOutcome.Canceled, ref after);
            // The next writer may fit where this one did not.
            ReleaseWritersUnsynchronized(ref after);
            UpdateAttentionUnsynchronized();
        }

        Settle(ref after);
    }

    private QueueWriteWaiter<T>? OfferOrPark(T item, TimeSpan timeout, CancellationToken cancellationToken, out EnqueueResult result)
    {
        long weight = Weigh(item);
        _gate.Enter();
        if (CanAddQuicklyUnsynchronized(weight))
        {
            AddQuicklyUnsynchronized(item, weight);
            _gate.Exit();
            result = EnqueueResult.Enqueued;
            return null;
        }

        return OfferOrParkAndExit(item, weight, timeout, cancellationToken, out result);
    }

    // Entered with the lock, left without it.
    private QueueWriteWaiter<T>? OfferOrParkAndExit(T item, long weight, TimeSpan timeout, CancellationToken cancellationToken, out EnqueueResult result)
    {
        Aftermath after = default;
        QueueWriteWaiter<T>? waiter = null;
        bool isDecided;
        try
        {
            isDecided = TryDecideUnsynchronized(item, weight, timeout, ref after, out result);
        }
        finally
        {
            _gate.Exit();
        }

        if (!isDecided)
        {
            long parkedAt = _timeProvider.GetTimestamp();
            long deadline = GetDeadline(timeout);
            using (_gate.EnterScope())
            {
                if (!TryDecideUnsynchronized(item, weight, timeout, ref after, out result))
                {
                    waiter = ParkWriterUnsynchronized(item, weight, parkedAt, deadline, ref after);
                }
            }
        }

        Settle(ref after);
        waiter?.ListenTo(cancellationToken);
        return waiter;
    }

    /// <returns>False when the item has to wait.</returns>
    private bool TryDecideUnsynchronized(T item, long weight, TimeSpan timeout, ref Aftermath after, out EnqueueResult result)
    {
        if (TryOfferUnsynchronized(item, weight, BoundedQueueFullMode.Wait, ref after, out result))
        {
            return true;
        }

        if (weight > _maxWeight)
        {
            result = EnqueueResult.Rejected;
            _totalRejected++;
            return true;
        }

        if (timeout == TimeSpan.Zero)
        {
            result = EnqueueResult.TimedOut;
            _totalTimedOut++;
            return true;
        }

        return false;
    }

    private QueueWriteWaiter<T> ParkWriterUnsynchronized(T item, long weight, long parkedAt, long deadline, ref Aftermath after)
    {
        QueueWriteWaiter<T> waiter = _writePool.RentUnsynchronized() ?? new QueueWriteWaiter<T>(this, _writePool);
        waiter.Item = item;
        waiter.Weight = weight;
        waiter.ParkedAt = parkedAt;
        _writers.Append(waiter);
        _totalWaits++;
        SetDeadlineUnsynchronized(waiter, deadline, ref after);
        UpdateAttentionUnsynchronized();
        return waiter;
    }

    private QueueReadWaiter<T> ParkReaderUnsynchronized()
    {
        QueueReadWaiter<T> waiter = _readPool.RentUnsynchronized() ?? new QueueReadWaiter<T>(this, _readPool);
        waiter.Deadline = long.MaxValue;
        _readers.Append(waiter);
        UpdateAttentionUnsynchronized();
        return waiter;
    }

    private QueueBatchWaiter<T> ParkBatchUnsynchronized(in QueueBatchBuffer<T> buffer, int taken, TimeSpan maxWait, long deadline, ref Aftermath after)
    {
        QueueBatchWaiter<T> waiter = _batchPool.RentUnsynchronized() ?? new QueueBatchWaiter<T>(this, _batchPool);
        waiter.Buffer = buffer;
        waiter.Count = taken;
        waiter.MaxWait = ToMilliseconds(maxWait);
        // The clock starts with the first item.
        SetDeadlineUnsynchronized(waiter, taken > 0 ? deadline : long.MaxValue, ref after);
        _readers.Append(waiter);
        UpdateAttentionUnsynchronized();
        return waiter;
    }

    private QueueSignalWaiter<T> ParkSignalUnsynchronized(NodeList<QueueWaiter> list)
    {
        QueueSignalWaiter<T> waiter = _signalPool.RentUnsynchronized() ?? new QueueSignalWaiter<T>(this, _signalPool);
        waiter.Deadline = long.MaxValue;
        list.Append(waiter);
        UpdateAttentionUnsynchronized();
        return waiter;
    }

    /// <summary>The clock starts with the batch's first item.</summary>
    private void LimitWait(QueueBatchWaiter<T> batch, short version, ref Aftermath after)
    {
        long now = SharedTicker.GetMilliseconds(_timeProvider);
        using (_gate.EnterScope())
        {
            // It may have been filled since, and be here once more for its next caller.
            if (batch.List == _readers && batch.Version == version && batch.Deadline == long.MaxValue)
            {
                SetDeadlineUnsynchronized(batch, now + batch.MaxWait, ref after);
            }
        }
    }

    /// <summary>Asks the clock, which is the user's: never under the lock.</summary>
    private long GetDeadline(TimeSpan wait) =>
        wait == Timeout.InfiniteTimeSpan ? long.MaxValue : SharedTicker.GetMilliseconds(_timeProvider) + ToMilliseconds(wait);

    private void SetDeadlineUnsynchronized(QueueWaiter waiter, long deadline, ref Aftermath after)
    {
        waiter.Deadline = deadline;
        _nextDeadline = Math.Min(_nextDeadline, deadline);
        if (deadline != long.MaxValue && !_isTickingDeadlines)
        {
            _isTickingDeadlines = true;
            after.StartsDeadlines = true;
        }
    }

    // Rounded up: a wait never ends before its time.
    private static long ToMilliseconds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? long.MaxValue : Math.Min((long)Math.Ceiling(time.TotalMilliseconds), int.MaxValue);

    private void ExpireUnsynchronized(NodeList<QueueWaiter> list, long now, WaitOutcome outcome, ref Aftermath after)
    {
        QueueWaiter? waiter = list.First;
        while (waiter is not null)
        {
            QueueWaiter? next = waiter.Next;
            if (waiter.Deadline <= now)
            {
                if (list == _writers)
                {
                    _totalTimedOut++;
                }

                EndUnsynchronized(waiter, outcome, ref after);
            }
            else
            {
                _nextDeadline = Math.Min(_nextDeadline, waiter.Deadline);
            }

            waiter = next;
        }
    }

    /// <summary>Moves the items of parked writers in, first come first served, once the queue has drained to its resume level.</summary>
    /// <remarks>A heavy item at the head is waited for: lighter ones behind it must not starve it.</remarks>
    private void ReleaseWritersUnsynchronized(ref Aftermath after)
    {
        if (_isCompleted || (_writers.First is null && _roomSignals.First is null)
            || _ring.Count > _resumeCount || _ring.Weight > _resumeWeight)
        {
            return;
        }

        while (_writers.First is QueueWriteWaiter<T> writer && HasRoomUnsynchronized(writer.Weight))
        {
            _ring.Add(writer.Item, writer.Weight);
            NoteHighWaterUnsynchronized();
            EndUnsynchronized(writer, WaitOutcome.Granted, ref after);
        }

        if (_writers.First is null && _roomSignals.First is not null && HasRoomToSignalUnsynchronized())
        {
            // All of them: one that was signalled and does not write must not keep the others waiting.
            _refusedWeight = 0;
            EndAllUnsynchronized(_roomSignals, WaitOutcome.Granted, ref after);
        }

        Debug.Assert(_writers.First is null || _ring.Count > 0, "Writers wait only while there is something to read.");
        UpdateAttentionUnsynchronized();
    }

    private bool HasRoomToSignalUnsynchronized() =>
        _ring.Count < _capacity && Math.Max(_refusedWeight, _isWeightBounded ? 1 : 0) <= _maxWeight - _ring.Weight;

    private void EndAllUnsynchronized(NodeList<QueueWaiter> list, WaitOutcome outcome, ref Aftermath after)
    {
        while (list.First is QueueWaiter waiter)
        {
            EndUnsynchronized(waiter, outcome, ref after);
        }
    }

    private void EndUnsynchronized(QueueWaiter waiter, WaitOutcome outcome, ref Aftermath after)
    {
        waiter.List!.Remove(waiter);
        waiter.Outcome = outcome;
        waiter.Error = outcome == WaitOutcome.Completed ? _error : null;
        after.AddEnded(waiter);
    }
}
