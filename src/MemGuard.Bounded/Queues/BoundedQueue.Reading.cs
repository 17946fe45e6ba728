using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedQueue<T>
{
    /// <summary>Items that the ring has memory for.</summary>
    internal int SlotCount => _ring.Length;

    internal Task Completion => _completion.Task;

    /// <summary>Takes the oldest items without waiting, as many as there are and fit. One lock for all of them.</summary>
    /// <param name="destination">Receives the items.</param>
    /// <returns>How many were taken; 0 when the queue is empty.</returns>
    public int TryReadMany(Span<T> destination)
    {
        Aftermath after = default;
        int taken;
        using (_gate.EnterScope())
        {
            taken = TakeManyUnsynchronized(destination, ref after);
        }

        Settle(ref after);
        return taken;
    }

    /// <summary>Waits for items and takes a batch: when the buffer is full, or <paramref name="maxWait"/> after its first item, whichever comes first.</summary>
    /// <param name="destination">Receives the items; must not be used before the task completes. May be larger than the queue.</param>
    /// <param name="maxWait">How long the first item may wait for company. Zero takes what is there; <see cref="Timeout.InfiniteTimeSpan"/> waits for a full buffer.</param>
    /// <param name="cancellationToken">Ends the wait: with the items taken so far if there are any, else with an exception.</param>
    /// <returns>How many were taken; 0 only when the queue is complete and empty.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the first item came.</exception>
    public ValueTask<int> ReadManyAsync(Memory<T> destination, TimeSpan maxWait, CancellationToken cancellationToken = default)
    {
        if (destination.IsEmpty)
        {
            throw new ArgumentException("The buffer must have room for at least one item.", nameof(destination));
        }

        if (maxWait < TimeSpan.Zero && maxWait != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(maxWait), maxWait, "The time must be zero, positive or infinite.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        Aftermath after = default;
        QueueBatchWaiter<T>? waiter = null;
        long deadline = maxWait == TimeSpan.Zero ? long.MaxValue : GetDeadline(maxWait);
        QueueBatchBuffer<T> buffer = QueueBatchBuffer<T>.Of(destination);
        int taken;
        using (_gate.EnterScope())
        {
            taken = TakeManyUnsynchronized(buffer.Items, ref after);
            if (_isCompleted)
            {
                if (taken == 0 && _error is not null)
                {
                    return BoundedQueueErrors.Fail<int>(_error);
                }
            }
            else if (taken == 0 || (taken < destination.Length && maxWait != TimeSpan.Zero))
            {
                waiter = ParkBatchUnsynchronized(buffer, taken, maxWait, deadline, ref after);
            }
        }

        Settle(ref after);
        if (waiter is null)
        {
            buffer.HandOver(taken);
            return new ValueTask<int>(taken);
        }

        waiter.ListenTo(cancellationToken);
        return new ValueTask<int>(waiter, waiter.Version);
    }

    internal T[] ToArray()
    {
        using (_gate.EnterScope())
        {
            return _ring.ToArray();
        }
    }

    internal bool TryRead([MaybeNullWhen(false)] out T item)
    {
        _gate.Enter();
        if (_attention == 0 && _ring.Count > 0)
        {
            item = _ring.Take();
            _gate.Exit();
            return true;
        }

        return TryReadOtherwiseAndExit(out item);
    }

    internal bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        using (_gate.EnterScope())
        {
            bool isThere = _ring.Count > 0;
            item = isThere ? _ring.Peek() : default;
            return isThere;
        }
    }

    internal ValueTask<T> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        _gate.Enter();
        if (_attention == 0 && _ring.Count > 0)
        {
            T item = _ring.Take();
            _gate.Exit();
            return new ValueTask<T>(item);
        }

        return ReadOrParkAndExit(cancellationToken);
    }

    internal ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        QueueSignalWaiter<T> waiter;
        using (_gate.EnterScope())
        {
            if (_ring.Count > 0)
            {
                return new ValueTask<bool>(true);
            }

            if (_isCompleted)
            {
                return _error is null ? new ValueTask<bool>(false) : BoundedQueueErrors.Fail<bool>(_error);
            }

            ShortenUnsynchronized();
            waiter = ParkSignalUnsynchronized(_itemSignals);
        }

        waiter.ListenTo(cancellationToken);
        return new ValueTask<bool>(waiter, waiter.Version);
    }

    // Entered with the lock, left without it.
    private ValueTask<T> ReadOrParkAndExit(CancellationToken cancellationToken)
    {
        Aftermath after = default;
        QueueReadWaiter<T>? waiter = null;
        T item = default!;
        try
        {
            if (_ring.Count > 0)
            {
                item = TakeUnsynchronized(ref after);
            }
            else if (_isCompleted)
            {
                return BoundedQueueErrors.Fail<T>(BoundedQueueErrors.OfClosed(_error));
            }
            else
            {
                ShortenUnsynchronized();
                waiter = ParkReaderUnsynchronized();
            }
        }
        finally
        {
            _gate.Exit();
        }

        if (waiter is null)
        {
            Settle(ref after);
            return new ValueTask<T>(item);
        }

        waiter.ListenTo(cancellationToken);
        return new ValueTask<T>(waiter, waiter.Version);
    }

    // Entered with the lock, left without it, as the one below. Apart from the common read, which is short enough to become a part of its caller.
    private bool TryReadOtherwiseAndExit([MaybeNullWhen(false)] out T item)
    {
        if (_attention == 0 && _ring.Count == 0 && !_ring.IsSparse)
        {
            _gate.Exit();
            item = default;
            return false;
        }

        return TryReadAndExit(out item);
    }

    private bool TryReadAndExit([MaybeNullWhen(false)] out T item)
    {
        Aftermath after = default;
        bool isThere;
        try
        {
            isThere = _ring.Count > 0;
            item = isThere ? TakeUnsynchronized(ref after) : default;
            ShortenUnsynchronized();
        }
        finally
        {
            _gate.Exit();
        }

        Settle(ref after);
        return isThere;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T TakeUnsynchronized(ref Aftermath after)
    {
        T item = _ring.Take();
        if (_attention != 0)
        {
            ReleaseWritersUnsynchronized(ref after);
            FinishIfDrainedUnsynchronized(ref after);
        }

        return item;
    }

    private int TakeManyUnsynchronized(Span<T> destination, ref Aftermath after)
    {
        int taken = _ring.TakeMany(destination);
        if (_attention != 0 && taken > 0)
        {
            ReleaseWritersUnsynchronized(ref after);
            // The room just made may have let parked writers in: a batch takes from them too, until it is full or nobody waits.
            while (taken < destination.Length && _ring.Count > 0)
            {
                taken += _ring.TakeMany(destination[taken..]);
                ReleaseWritersUnsynchronized(ref after);
            }

            FinishIfDrainedUnsynchronized(ref after);
        }

        ShortenUnsynchronized();
        return taken;
    }

    /// <summary>Gives back what a burst has left, as soon as a reader comes that finds few items or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ShortenUnsynchronized()
    {
        if (_ring.IsSparse && !_hasShortened)
        {
            _hasShortened = true;
            _ring.Shorten();
        }
    }

    // Once a second, while the queue is used.
    private bool TickAge(long nowMilliseconds)
    {
        using (_gate.EnterScope())
        {
            _hasShortened = false;
            ShortenUnsynchronized();
            bool goesOn = _age.TickUnsynchronized(nowMilliseconds, _ring.Added, _ring.Removed);
            UpdateAttentionUnsynchronized();
            return goesOn;
        }
    }
}
