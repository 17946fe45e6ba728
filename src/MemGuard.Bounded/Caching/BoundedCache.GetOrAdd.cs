using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Finds a value or creates it, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Creates the value. When it throws, nothing is cached and every waiting caller gets the exception.</param>
    /// <returns>The value found or created.</returns>
    /// <exception cref="InvalidOperationException">The factory asked for its own key.</exception>
    /// <exception cref="TimeoutException">Another caller's factory took longer than <see cref="BoundedCacheOptions.FactoryTimeout"/>.</exception>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryReadQuickly(key, out TValue? value, out bool isUnsure) ? value : FindOrCreate(key, isUnsure ? Look.Unsure : Look.Missed, new ValueFactory(factory));
    }

    /// <summary>Finds a value or creates it, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Creates the value. When it throws, nothing is cached and every waiting caller gets the exception.</param>
    /// <param name="state">Handed to the factory, so that it need not be a closure.</param>
    /// <returns>The value found or created.</returns>
    /// <exception cref="InvalidOperationException">The factory asked for its own key.</exception>
    /// <exception cref="TimeoutException">Another caller's factory took longer than <see cref="BoundedCacheOptions.FactoryTimeout"/>.</exception>
    public TValue GetOrAdd<TState>(TKey key, Func<TKey, TState, TValue> factory, TState state)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryReadQuickly(key, out TValue? value, out bool isUnsure) ? value : FindOrCreate(key, isUnsure ? Look.Unsure : Look.Missed, new ValueFactory<TState>(factory, state));
    }

    /// <summary>The rest of a call whose read found nothing and was counted. Values are not renewed.</summary>
    internal TValue GetOrAddAfterMiss<TState>(TKey key, Func<TKey, TState, TValue> factory, TState state) =>
        FindOrCreate(key, Look.MissCounted, new ValueFactory<TState>(factory, state));

    /// <summary>A look that costs what the common hit costs. Says no more than that it is unsure where a read takes the slower way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadQuickly(TKey key, [MaybeNullWhen(false)] out TValue value, out bool isUnsure)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_isSpecial)
        {
            value = default;
            isUnsure = true;
            return false;
        }

        return TryLook(key, GetOwnHash(key), isSpecial: false, out value, out isUnsure);
    }

    // One method, not inlined: its guarded regions would keep the caller's variables out of registers, at every hit.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TValue FindOrCreate<TFactory>(TKey key, Look look, TFactory factory)
        where TFactory : struct, IValueFactory
    {
        if (look == Look.Missed)
        {
            _counters?.CountMiss();
        }
        else if (look == Look.Unsure
            && (Refreshes ? TryGetOrRenew<PooledFactory<TFactory>, (TValue, long)>(key, new(factory), out TValue? present) : TryGetValue(key, out present)))
        {
            return present;
        }

        uint hash = GetHash(key);
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        bool isAbsent;
        bool hasStale;
        TValue? stale;
        CacheFlight<TValue>? flight;
        long ticket = 0;
        long now = _timesCreations ? GetPreciseMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (TryFindUnsynchronized(key, hash, now, out TValue? value, out isAbsent, out hasStale, out stale))
            {
                return value;
            }

            if (!shard.Flights.TryJoin(key, hash, _comparer, GetOverdueSince(now), out flight))
            {
                shard.Prefetch();
                ticket = shard.Flights.Add(key, hash, CurrentThread.Id, _timesCreations ? now : CacheFlights<TKey, TValue>.UnknownStart, flight: null);
            }
        }

        if (ticket == 0)
        {
            return hasStale ? stale! : Await(shard, flight);
        }

        try
        {
            TValue value = factory.Create(this, key, out long timeToLive);
            // With a limit of time a later creation may have stored its value meanwhile.
            return Land(shard, ticket, key, hash, value, timeToLive, isAbsent && !HasFactoryTimeout);
        }
        catch (Exception exception)
        {
            Crash(shard, ticket, key, hash, exception);
            if (hasStale)
            {
                return stale!;
            }

            throw;
        }
    }

    /// <param name="shard">The key's shard.</param>
    /// <param name="flight">The creation to wait for; null when this thread is the creator.</param>
    private TValue Await(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue>? flight)
    {
        if (flight is null || IsOwnCreation(shard, flight))
        {
            throw new InvalidOperationException("The factory asked for the key whose value it creates.");
        }

        Task<TValue> wait = HasFactoryTimeout ? WaitAsync(shard, flight, CancellationToken.None) : flight.Task;
        return wait.GetAwaiter().GetResult();
    }

    /// <summary>Finds a value that may be returned, or else one that has expired but is kept for the time of its refresh.</summary>
    private bool TryFindUnsynchronized(TKey key, uint hash, long now, [MaybeNullWhen(false)] out TValue value, out bool isAbsent, out bool hasStale, out TValue? stale)
    {
        int index = Find(_table, key, hash, _comparer);
        isAbsent = index == 0;
        bool isFresh = index != 0 && (!_isTimed || !IsExpired(index, now));
        value = isFresh ? _table.GetSlot(index).Value : default;
        hasStale = index != 0 && !isFresh && _staleMilliseconds > 0;
        stale = hasStale ? _table.GetSlot(index).Value : default;
        return isFresh;
    }

    /// <summary>Stores a created value, unless the key was set or removed meanwhile, and hands it to all who wait.</summary>
    /// <param name="shard">The key's shard.</param>
    /// <param name="ticket">The creation.</param>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">Milliseconds, <see cref="AsOptionsSay"/> or <see cref="DoNotKeep"/>.</param>
    /// <param name="isAbsent">Whether the key was absent when the creation began: then it still is, or the creation is out of date.</param>
    private TValue Land(EvictionOrder<TKey, TValue> shard, long ticket, TKey key, uint hash, TValue value, long timeToLive, bool isAbsent)
    {
        if (timeToLive == DoNotKeep)
        {
            return LandUnkept(shard, ticket, key, hash, value);
        }

        Entry entry = _notStored is null
            ? CreateEntry(key, hash, value, timeToLive == AsOptionsSay ? GetTimeToLive(key, value) : timeToLive)
            : CreateEntryOrTell(key, hash, value, timeToLive);
        CacheRemovals<TKey, TValue> removals = default;
        bool isStored;
        try
        {
            CacheFlight<TValue>? flight;
            while (true)
            {
                StoreOutcome outcome = StoreOutcome.Added;
                using (shard.Gate.EnterScope())
                {
                    int place = shard.Flights.IndexOf(ticket, hash);
                    // A disposed cache hands the value over without keeping it.
                    isStored = !shard.Flights.IsInvalid(place) && !_isDisposed;
                    if (isStored)
                    {
                        outcome = StoreUnsynchronized(shard, entry, isAbsent, ref removals);
                    }

                    if (outcome < StoreOutcome.NeedsRoom)
                    {
                        if (isStored && HasFactoryTimeout)
                        {
                            shard.Flights.Invalidate(key, hash, _comparer, olderThan: ticket);
                        }

                        EndUnsynchronized(shard, place, GetOverdueSince(entry.Now), out flight);
                        break;
                    }
                }

                MakePlace(outcome, ref removals);
            }

            flight?.Complete(value);
        }
        finally
        {
            Report(ref removals);
        }

        if (!isStored)
        {
            _notStored?.Invoke(value);
        }

        return value;
    }

    /// <summary>What makes an entry of a value whose owner wants to hear if it fails: the guarded region costs, so only where somebody does.</summary>
    private Entry CreateEntryOrTell(TKey key, uint hash, TValue value, long timeToLive)
    {
        try
        {
            return CreateEntry(key, hash, value, timeToLive == AsOptionsSay ? GetTimeToLive(key, value) : timeToLive);
        }
        catch
        {
            _notStored!(value);
            throw;
        }
    }

    private void Crash(EvictionOrder<TKey, TValue> shard, long ticket, TKey key, uint hash, Exception exception)
    {
        long now = _timesCreations ? GetPreciseMilliseconds() : 0;
        CacheFlight<TValue>? flight;
        using (shard.Gate.EnterScope())
        {
            int place = shard.Flights.IndexOf(ticket, hash);
            if (place < 0)
            {
                return;
            }

            bool isInvalid = shard.Flights.IsInvalid(place);
            EndUnsynchronized(shard, place, GetOverdueSince(now), out flight);
            if (flight is { IsRenewal: true } && !isInvalid)
            {
                PostponeRenewalUnsynchronized(key, hash, now);
            }
        }

        flight?.Fail(exception);
    }

    private static void EndUnsynchronized(EvictionOrder<TKey, TValue> shard, int place, long overdueSince, out CacheFlight<TValue>? flight)
    {
        AssertLocked(shard);
        if (overdueSince != long.MinValue)
        {
            shard.Flights.GiveUpIfOverdue(place, overdueSince);
        }

        shard.Flights.RemoveAt(place, out flight);
    }

    /// <summary>What the read before a creation found.</summary>
    private enum Look
    {
        /// <summary>Nothing.</summary>
        Missed,

        /// <summary>Nothing, and it has been counted.</summary>
        MissCounted,

        /// <summary>It must look again.</summary>
        Unsure,
    }

    /// <summary>The two kinds of factories, as structs: a call of either is one call of the user's delegate.</summary>
    private interface IValueFactory
    {
        TValue Create(BoundedCache<TKey, TValue> cache, TKey key, out long timeToLive);
    }

    private readonly struct ValueFactory(Func<TKey, TValue> factory) : IValueFactory
    {
        public TValue Create(BoundedCache<TKey, TValue> cache, TKey key, out long timeToLive)
        {
            timeToLive = AsOptionsSay;
            return factory(key);
        }
    }

    private readonly struct ValueFactory<TState>(Func<TKey, TState, TValue> factory, TState state) : IValueFactory
    {
        public TValue Create(BoundedCache<TKey, TValue> cache, TKey key, out long timeToLive)
        {
            timeToLive = AsOptionsSay;
            return factory(key, state);
        }
    }
}
