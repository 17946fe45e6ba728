namespace MemGuard.Bounded;

/// <content>The ways to write.</content>
public sealed partial class BoundedQueue<T>
{
    /// <summary>Offers an item without waiting. In <see cref="BoundedQueueFullMode.Wait"/> a full queue rejects it, and so does one with waiting writers: they were first.</summary>
    /// <param name="item">The item.</param>
    /// <returns>What became of the item; never <see cref="EnqueueResult.TimedOut"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The weigher returned a negative weight.</exception>
    public EnqueueResult TryEnqueue(T item) => Offer(item, _fullMode, isRetried: false);

    /// <summary>Offers an item; in <see cref="BoundedQueueFullMode.Wait"/> it waits its turn for room.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">The longest wait; null for <see cref="BoundedQueueOptions.WaitTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the wait. The item is then not in the queue.</param>
    /// <returns>What became of the item.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before there was room.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, or the weigher returned a negative weight.</exception>
    public ValueTask<EnqueueResult> EnqueueAsync(T item, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan wait = timeout ?? _waitTimeout;
        if (wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), wait, "The timeout must be zero, positive or infinite.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<EnqueueResult>(cancellationToken);
        }

        if (_fullMode != BoundedQueueFullMode.Wait)
        {
            return new ValueTask<EnqueueResult>(Offer(item, _fullMode, isRetried: false));
        }

        QueueWriteWaiter<T>? waiter = OfferOrPark(item, wait, cancellationToken, out EnqueueResult result);
        return waiter is null ? new ValueTask<EnqueueResult>(result) : new ValueTask<EnqueueResult>(waiter, waiter.Version);
    }

    /// <summary>The channel's <c>WriteAsync</c>: success or an exception, and the caller keeps what is not stored.</summary>
    internal ValueTask WriteAsync(T item, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        EnqueueResult result;
        if (_fullMode == BoundedQueueFullMode.Wait)
        {
            QueueWriteWaiter<T>? waiter = OfferOrPark(item, _waitTimeout, cancellationToken, out result);
            if (waiter is not null)
            {
                return new ValueTask(waiter, waiter.Version);
            }
        }
        else
        {
            result = Offer(item, _fullMode, isRetried: false);
        }

        return IsDone(result) ? default : BoundedQueueErrors.Fail(CreateNotStored(result, _error));
    }

    /// <summary>The channel's <c>TryWrite</c>: false when the caller keeps the item.</summary>
    internal bool TryWrite(T item) => IsDone(Offer(item, _fullMode, isRetried: true));

    /// <summary>The channel's <c>WaitToWriteAsync</c>: true when there is room in items and weight or it can be made, false once completed.</summary>
    internal ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        Aftermath after = default;
        QueueSignalWaiter<T> waiter;
        // One that is refused from here on makes the next call pause.
        bool pauses = Volatile.Read(ref _hasRefusedImpossible);
        long pauseEnd = pauses ? GetDeadline(Pause) : long.MaxValue;
        using (_gate.EnterScope())
        {
            if (_isCompleted)
            {
                return _error is null ? new ValueTask<bool>(false) : BoundedQueueErrors.Fail<bool>(_error);
            }

            bool hasRoom = _makesRoom || (_writers.First is null && HasRoomToSignalUnsynchronized());
            if (hasRoom && !pauses)
            {
                _refusedWeight = 0;
                return new ValueTask<bool>(true);
            }

            waiter = ParkSignalUnsynchronized(_roomSignals);
            if (hasRoom)
            {
                _hasRefusedImpossible = false;
                SetDeadlineUnsynchronized(waiter, pauseEnd, ref after);
            }
        }

        Settle(ref after);
        waiter.ListenTo(cancellationToken);
        return new ValueTask<bool>(waiter, waiter.Version);
    }

    internal void ThrowUnlessStored(EnqueueResult result, Exception? error)
    {
        if (!IsDone(result))
        {
            throw CreateNotStored(result, error);
        }
    }

    // A dropped item is the callback's: the writer must not try again with it.
    private static bool IsDone(EnqueueResult result) => result <= EnqueueResult.Dropped;

    private Exception CreateNotStored(EnqueueResult result, Exception? error) => result switch
    {
        EnqueueResult.Completed => BoundedQueueErrors.OfClosed(error),
        EnqueueResult.TimedOut => new TimeoutException($"Queue '{_name}' had no room for the item before the timeout."),
        _ => new BoundedQueueFullException($"Queue '{_name}' has no room for the item."),
    };
}
