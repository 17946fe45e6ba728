using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <content>What becomes of an item that is offered, decided under the lock.</content>
public sealed partial class BoundedQueue<T>
{
    private long Weigh(T item)
    {
        if (_weigher is null)
        {
            return 0;
        }

        long weight = _weigher(item);
        return weight >= 0
            ? weight
            : throw new ArgumentOutOfRangeException(nameof(item), weight, $"The weigher of queue '{_name}' must return zero or more.");
    }

    /// <param name="item">The item.</param>
    /// <param name="mode">What to do without room.</param>
    /// <param name="isRetried">Whether the caller will wait for room to be signalled and try again.</param>
    private EnqueueResult Offer(T item, BoundedQueueFullMode mode, bool isRetried)
    {
        long weight = Weigh(item);
        _gate.Enter();
        if (CanAddQuicklyUnsynchronized(weight))
        {
            AddQuicklyUnsynchronized(item, weight);
            _gate.Exit();
            return EnqueueResult.Enqueued;
        }

        return _attention == 0 && weight <= _maxWeight && !HasRoomUnsynchronized(weight)
            ? OfferWhenFullAndExit(item, weight, mode, isRetried)
            : OfferAndExit(item, weight, mode, isRetried);
    }

    // Entered with the lock, left without it. A full queue with nobody waiting is the steady state of the dropping modes.
    private EnqueueResult OfferWhenFullAndExit(T item, long weight, BoundedQueueFullMode mode, bool isRetried)
    {
        if (mode is BoundedQueueFullMode.DropOldest or BoundedQueueFullMode.DropNewest)
        {
            // One in, one out; if that one alone does not make enough room, or the array must grow, take the long way.
            bool isOldest = mode == BoundedQueueFullMode.DropOldest;
            if (_ring.Count > 0 && weight <= _maxWeight - _ring.Weight + (isOldest ? _ring.OldestWeight : _ring.NewestWeight))
            {
                T displaced = DisplaceUnsynchronized(isOldest);
                _ring.AddWithoutGrowing(item, weight);
                NoteHighWaterUnsynchronized();
                _gate.Exit();
                ReportDropped(displaced, ItemDropReason.Displaced);
                return EnqueueResult.EnqueuedAfterDrop;
            }

            return OfferAndExit(item, weight, mode, isRetried);
        }

        if (mode == BoundedQueueFullMode.DropWrite)
        {
            _totalDroppedWrites++;
            _gate.Exit();
            ReportDropped(item, ItemDropReason.NoRoom);
            return EnqueueResult.Dropped;
        }

        RefuseUnsynchronized(weight, isRetried);
        _gate.Exit();
        return EnqueueResult.Rejected;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T DisplaceUnsynchronized(bool isOldest)
    {
        if (isOldest)
        {
            _totalDisplaced++;
            return _ring.Take();
        }

        _totalDisplacedNewest++;
        return _ring.TakeNewest();
    }

    private void RefuseUnsynchronized(long weight, bool isRetried)
    {
        _totalRejected++;
        if (isRetried && weight <= _maxWeight)
        {
            _refusedWeight = Math.Max(_refusedWeight, weight);
        }
        else if (isRetried)
        {
            _hasRefusedImpossible = true;
        }
    }

    // Entered with the lock, left without it: the quick path above pays for no exception frame because it cannot throw.
    private EnqueueResult OfferAndExit(T item, long weight, BoundedQueueFullMode mode, bool isRetried)
    {
        Aftermath after = default;
        EnqueueResult result;
        try
        {
            if (!TryOfferUnsynchronized(item, weight, mode, ref after, out result))
            {
                result = EnqueueResult.Rejected;
                RefuseUnsynchronized(weight, isRetried);
            }
        }
        finally
        {
            _gate.Exit();
        }

        Settle(ref after);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool CanAddQuicklyUnsynchronized(long weight) =>
        _attention == 0 && _ring.Count < _capacity && !_ring.IsArrayFull && weight <= _maxWeight - _ring.Weight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddQuicklyUnsynchronized(T item, long weight)
    {
        _ring.AddWithoutGrowing(item, weight);
        NoteHighWaterUnsynchronized();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteHighWaterUnsynchronized()
    {
        if (_ring.Count > _highWaterCount)
        {
            _highWaterCount = _ring.Count;
        }

        if (_ring.Weight > _highWaterWeight)
        {
            _highWaterWeight = _ring.Weight;
        }
    }

    /// <returns>False when there is no room and the mode neither drops nor stores: the caller decides what that means.</returns>
    private bool TryOfferUnsynchronized(T item, long weight, BoundedQueueFullMode mode, ref Aftermath after, out EnqueueResult result)
    {
        result = EnqueueResult.Enqueued;
        if (_isCompleted)
        {
            _totalRefusedByCompletion++;
            result = EnqueueResult.Completed;
            return true;
        }

        if (weight > _maxWeight)
        {
            return false;
        }

        if (TryHandOverUnsynchronized(item, ref after))
        {
            return true;
        }

        // Parked writers were first; with any of them the ring is not empty and will be drained to the resume level.
        if (_writers.First is null && HasRoomUnsynchronized(weight))
        {
            StoreUnsynchronized(item, weight, ref after);
            return true;
        }

        if (mode is BoundedQueueFullMode.DropOldest or BoundedQueueFullMode.DropNewest)
        {
            while (!HasRoomUnsynchronized(weight))
            {
                after.AddDropped(DisplaceUnsynchronized(mode == BoundedQueueFullMode.DropOldest), ItemDropReason.Displaced);
            }

            StoreUnsynchronized(item, weight, ref after);
            // A light item in the place of heavy ones leaves room.
            ReleaseWritersUnsynchronized(ref after);
            result = EnqueueResult.EnqueuedAfterDrop;
            return true;
        }

        if (mode == BoundedQueueFullMode.DropWrite)
        {
            after.AddDropped(item, ItemDropReason.NoRoom);
            _totalDroppedWrites++;
            result = EnqueueResult.Dropped;
            return true;
        }

        return false;
    }

    private bool HasRoomUnsynchronized(long weight) => _ring.Count < _capacity && weight <= _maxWeight - _ring.Weight;

    private void StoreUnsynchronized(T item, long weight, ref Aftermath after)
    {
        _ring.Add(item, weight);
        NoteHighWaterUnsynchronized();
        EndAllUnsynchronized(_itemSignals, WaitOutcome.Granted, ref after);
        if (!_age.IsTicking)
        {
            _age.AnnounceStartUnsynchronized();
            after.StartsAge = true;
        }

        UpdateAttentionUnsynchronized();
    }

    private bool TryHandOverUnsynchronized(T item, ref Aftermath after)
    {
        QueueWaiter? first = _readers.First;
        if (first is null)
        {
            return false;
        }

        _totalHandedOver++;
        if (first is QueueReadWaiter<T> reader)
        {
            reader.Item = item;
            EndUnsynchronized(reader, WaitOutcome.Granted, ref after);
        }
        else
        {
            QueueBatchWaiter<T> batch = (QueueBatchWaiter<T>)first;
            batch.Add(item);
            if (batch.IsFull || batch.MaxWait == 0)
            {
                EndUnsynchronized(batch, WaitOutcome.Granted, ref after);
            }
            else if (batch.Deadline == long.MaxValue && batch.MaxWait != long.MaxValue)
            {
                after.BegunBatch = (batch, batch.Version);
            }
        }

        UpdateAttentionUnsynchronized();
        return true;
    }
}
