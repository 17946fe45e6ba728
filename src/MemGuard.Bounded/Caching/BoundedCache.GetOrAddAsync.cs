namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Finds a value or creates it asynchronously, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value. Its token is cancelled when no caller waits any more. When it fails, nothing is cached and every waiting caller gets the
    /// exception. One that asks for its own key, directly or by way of other keys, gets an <see cref="InvalidOperationException"/> instead of waiting
    /// for itself.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait; the others' goes on.</param>
    /// <returns>The value found or created; completed, without an allocation, when it is found.</returns>
    public ValueTask<TValue> GetOrAddAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default) =>
        GetOrAddAsync(key, static (key, factory, token) => factory(key, token), factory, cancellationToken);

    /// <summary>Finds a value or creates it asynchronously, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value. Its token is cancelled when no caller waits any more. When it fails, nothing is cached and every waiting caller gets the
    /// exception.
    /// </param>
    /// <param name="state">Handed to the factory, so that it need not be a closure.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the others' goes on.</param>
    /// <returns>The value found or created; completed, without an allocation, when it is found.</returns>
    public ValueTask<TValue> GetOrAddAsync<TState>(
        TKey key, Func<TKey, TState, CancellationToken, ValueTask<TValue>> factory, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (TryGetValue(key, out TValue? value))
        {
            return new ValueTask<TValue>(value);
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<TValue>(cancellationToken)
            : CreateAsync(key, factory, state, cancellationToken);
    }

    private ValueTask<TValue> CreateAsync<TState>(
        TKey key, Func<TKey, TState, CancellationToken, ValueTask<TValue>> factory, TState state, CancellationToken cancellationToken)
    {
        uint hash = GetHash(key);
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        CacheFlight<TValue>? flight;
        bool hasStale;
        TValue? stale;
        long ticket = 0;
        long now = _isTimed ? GetPreciseMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (TryFindUnsynchronized(key, hash, now, out TValue? value, out _, out hasStale, out stale))
            {
                return new ValueTask<TValue>(value);
            }

            if (!shard.Flights.TryJoin(key, hash, _comparer, out flight))
            {
                // A refresh behind a stale value is its own waiter: it ends when it is done.
                flight = new CacheFlight<TValue> { Waiters = 1, Cancellation = new CancellationTokenSource() };
                ticket = shard.Flights.Add(key, hash, threadId: 0, flight);
            }
        }

        if (flight is null || (ticket == 0 && !hasStale && IsOwnCreation(shard, flight)))
        {
            throw new InvalidOperationException("The factory asked for the key whose value it creates.");
        }

        if (ticket != 0)
        {
            // Runs here until its first wait, and then by itself: it belongs to all who wait for it.
            _ = RunFactoryAsync(shard, ticket, key, hash, factory, state, flight);
        }

        return hasStale ? new ValueTask<TValue>(stale!) : new ValueTask<TValue>(WaitAsync(shard, flight, cancellationToken));
    }

    private async Task RunFactoryAsync<TState>(
        EvictionOrder<TKey, TValue> shard,
        long ticket,
        TKey key,
        uint hash,
        Func<TKey, TState, CancellationToken, ValueTask<TValue>> factory,
        TState state,
        CacheFlight<TValue> flight)
    {
        flight.Scope = FlightScope.Enter();
        try
        {
            Land(shard, ticket, key, hash, await factory(key, state, flight.Cancellation!.Token).ConfigureAwait(false), isAbsent: false);
        }
        catch (Exception exception)
        {
            Crash(shard, ticket, hash, exception);
        }
    }

    private static async Task<TValue> WaitAsync(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue> flight, CancellationToken cancellationToken)
    {
        try
        {
            return await flight.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !flight.Task.IsCompleted)
        {
            if (LeaveFlight(shard, flight))
            {
                // Outside the lock: registered callbacks are user code.
                await flight.Cancellation!.CancelAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <returns>Whether the caller is the creation's own factory; then it does not count as a waiter any more.</returns>
    private static bool IsOwnCreation(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue> flight)
    {
        if (!FlightScope.IsInside(flight.Scope))
        {
            return false;
        }

        LeaveFlight(shard, flight);
        return true;
    }

    /// <returns>Whether the last waiter left a creation that can be cancelled.</returns>
    private static bool LeaveFlight(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue> flight)
    {
        using (shard.Gate.EnterScope())
        {
            flight.Waiters--;
            if (flight.Waiters > 0 || flight.Cancellation is null)
            {
                return false;
            }

            shard.Flights.Invalidate(flight);
            return true;
        }
    }
}
