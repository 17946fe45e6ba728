namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Finds a value or creates it asynchronously, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value. Its token is cancelled when no caller waits any more, and after <see cref="BoundedCacheOptions.FactoryTimeout"/>. When it fails,
    /// nothing is cached and every waiting caller gets the exception. One that asks for its own key, directly or by way of other keys, gets an
    /// <see cref="InvalidOperationException"/> instead of waiting for itself.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait; the others' goes on.</param>
    /// <returns>The value found or created; completed, without an allocation, when it is found.</returns>
    public ValueTask<TValue> GetOrAddAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default) =>
        GetOrAddAsync(key, static (key, factory, token) => factory(key, token), factory, cancellationToken);

    /// <summary>Finds a value or creates it asynchronously, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value. Its token is cancelled when no caller waits any more, and after <see cref="BoundedCacheOptions.FactoryTimeout"/>. When it fails,
    /// nothing is cached and every waiting caller gets the exception.
    /// </param>
    /// <param name="state">Handed to the factory, so that it need not be a closure.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the others' goes on.</param>
    /// <returns>The value found or created; completed, without an allocation, when it is found.</returns>
    public ValueTask<TValue> GetOrAddAsync<TState>(
        TKey key, Func<TKey, TState, CancellationToken, ValueTask<TValue>> factory, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return FindOrCreateAsync<AsyncValueFactory<TState>, TValue>(key, new AsyncValueFactory<TState>(factory, state), cancellationToken);
    }

    /// <summary>The rest of a call whose read found nothing and was counted. Values are not renewed.</summary>
    internal ValueTask<TValue> GetOrAddAfterMissAsync<TState>(
        TKey key, Func<TKey, TState, CancellationToken, ValueTask<TValue>> factory, TState state, CancellationToken cancellationToken) =>
        CreateAsync<AsyncValueFactory<TState>, TValue>(key, new AsyncValueFactory<TState>(factory, state), cancellationToken);

    private ValueTask<TValue> FindOrCreateAsync<TFactory, TResult>(TKey key, TFactory factory, CancellationToken cancellationToken)
        where TFactory : struct, IAsyncValueFactory<TResult>
    {
        if (Refreshes ? TryGetOrRenew<TFactory, TResult>(key, factory, out TValue? value) : TryGetValue(key, out value))
        {
            return new ValueTask<TValue>(value);
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<TValue>(cancellationToken)
            : CreateAsync<TFactory, TResult>(key, factory, cancellationToken);
    }

    private ValueTask<TValue> CreateAsync<TFactory, TResult>(TKey key, TFactory factory, CancellationToken cancellationToken)
        where TFactory : struct, IAsyncValueFactory<TResult>
    {
        uint hash = GetHash(key);
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        CacheFlight<TValue>? flight;
        bool hasStale;
        TValue? stale;
        long ticket = 0;
        long now = GetPreciseMilliseconds();
        using (shard.Gate.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (TryFindUnsynchronized(key, hash, now, out TValue? value, out _, out hasStale, out stale))
            {
                return new ValueTask<TValue>(value);
            }

            if (!shard.Flights.TryJoin(key, hash, _comparer, GetOverdueSince(now), out flight))
            {
                // A refresh behind a stale value is its own waiter: it ends when it is done.
                flight = new CacheFlight<TValue> { StartedMilliseconds = now, Waiters = 1, Cancellation = new CancellationTokenSource() };
                ticket = shard.Flights.Add(key, hash, threadId: 0, now, flight);
            }
        }

        if (flight is null || (ticket == 0 && !hasStale && IsOwnCreation(shard, flight)))
        {
            throw new InvalidOperationException("The factory asked for the key whose value it creates.");
        }

        if (ticket != 0)
        {
            // Runs here until its first wait, and then by itself: it belongs to all who wait for it.
            _ = RunFactoryAsync<TFactory, TResult>(shard, ticket, key, hash, factory, flight);
        }

        return hasStale ? new ValueTask<TValue>(stale!) : new ValueTask<TValue>(WaitAsync(shard, flight, cancellationToken));
    }

    private async Task RunFactoryAsync<TFactory, TResult>(
        EvictionOrder<TKey, TValue> shard, long ticket, TKey key, uint hash, TFactory factory, CacheFlight<TValue> flight)
        where TFactory : struct, IAsyncValueFactory<TResult>
    {
        flight.Scope = FlightScope.Enter();
        ITimer? timeout = null;
        bool hasFailed = false;
        try
        {
            timeout = StartFactoryTimer(flight);
            TResult result = await factory.CreateAsync(this, key, flight.Cancellation!.Token).ConfigureAwait(false);
            TValue value = factory.Open(this, result, out long timeToLive);
            Land(shard, ticket, key, hash, value, timeToLive, isAbsent: false);
        }
        catch (Exception exception)
        {
            hasFailed = true;
            Crash(shard, ticket, key, hash, ExplainEnd(exception, flight));
        }

        if (flight.IsRenewal)
        {
            EndRenewal(hasFailed);
        }

        timeout?.Dispose();
    }

    private async Task<TValue> WaitAsync(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue> flight, CancellationToken cancellationToken)
    {
        try
        {
            return await flight.Task.WaitAsync(GetPatience(flight), _timeProvider, cancellationToken).ConfigureAwait(false);
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
        catch (TimeoutException exception) when (!flight.HasFailedWith(exception))
        {
            GiveUp(shard, flight);
            throw CreateTimeout(exception);
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

    /// <summary>The kinds of asynchronous factories.</summary>
    private interface IAsyncValueFactory<TResult>
    {
        ValueTask<TResult> CreateAsync(BoundedCache<TKey, TValue> cache, TKey key, CancellationToken cancellationToken);

        /// <summary>The value of a result, and its time to live in the words of <see cref="Land"/>.</summary>
        TValue Open(BoundedCache<TKey, TValue> cache, TResult result, out long timeToLive);
    }

    private readonly struct AsyncValueFactory<TState>(Func<TKey, TState, CancellationToken, ValueTask<TValue>> factory, TState state) : IAsyncValueFactory<TValue>
    {
        public ValueTask<TValue> CreateAsync(BoundedCache<TKey, TValue> cache, TKey key, CancellationToken cancellationToken) => factory(key, state, cancellationToken);

        public TValue Open(BoundedCache<TKey, TValue> cache, TValue result, out long timeToLive)
        {
            timeToLive = AsOptionsSay;
            return result;
        }
    }
}
