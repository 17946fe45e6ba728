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
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryReadQuickly(key, out TValue? value, out bool isUnsure) ? value : GetOrCreate(key, isUnsure, new ValueFactory(factory));
    }

    /// <summary>Finds a value or creates it, once per key however many callers wait for it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Creates the value. When it throws, nothing is cached and every waiting caller gets the exception.</param>
    /// <param name="state">Handed to the factory, so that it need not be a closure.</param>
    /// <returns>The value found or created.</returns>
    /// <exception cref="InvalidOperationException">The factory asked for its own key.</exception>
    public TValue GetOrAdd<TState>(TKey key, Func<TKey, TState, TValue> factory, TState state)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryReadQuickly(key, out TValue? value, out bool isUnsure) ? value : GetOrCreate(key, isUnsure, new ValueFactory<TState>(factory, state));
    }

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
    private TValue GetOrCreate<TFactory>(TKey key, bool isUnsure, TFactory factory)
        where TFactory : struct, IValueFactory
    {
        if (!isUnsure)
        {
            _counters?.CountMiss();
        }
        else if (TryGetValue(key, out TValue? present))
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
        long now = _isTimed ? GetPreciseMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (TryFindUnsynchronized(key, hash, now, out TValue? value, out isAbsent, out hasStale, out stale))
            {
                return value;
            }

            if (!shard.Flights.TryJoin(key, hash, _comparer, out flight))
            {
                shard.Prefetch();
                ticket = shard.Flights.Add(key, hash, CurrentThread.Id, flight: null);
            }
        }

        if (ticket == 0)
        {
            return hasStale ? stale! : Await(shard, flight);
        }

        try
        {
            return Land(shard, ticket, key, hash, factory.Create(key), isAbsent);
        }
        catch (Exception exception)
        {
            Crash(shard, ticket, hash, exception);
            if (hasStale)
            {
                return stale!;
            }

            throw;
        }
    }

    /// <param name="shard">The key's shard.</param>
    /// <param name="flight">The creation to wait for; null when this thread is the creator.</param>
    private static TValue Await(EvictionOrder<TKey, TValue> shard, CacheFlight<TValue>? flight) =>
        flight is not null && !IsOwnCreation(shard, flight)
            ? flight.Task.GetAwaiter().GetResult()
            : throw new InvalidOperationException("The factory asked for the key whose value it creates.");

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
    /// <param name="isAbsent">Whether the key was absent when the creation began: then it still is, or the creation is out of date.</param>
    private TValue Land(EvictionOrder<TKey, TValue> shard, long ticket, TKey key, uint hash, TValue value, bool isAbsent)
    {
        Entry entry = CreateEntry(key, hash, value, GetTimeToLive(key, value));
        CacheRemovals<TKey, TValue> removals = default;
        try
        {
            CacheFlight<TValue>? flight;
            while (true)
            {
                StoreOutcome outcome = StoreOutcome.Added;
                using (shard.Gate.EnterScope())
                {
                    int index = shard.Flights.IndexOf(ticket, hash);
                    // A disposed cache hands the value over without keeping it.
                    if (!shard.Flights.IsInvalid(index) && !_isDisposed)
                    {
                        outcome = StoreUnsynchronized(shard, entry, isAbsent, ref removals);
                    }

                    if (outcome < StoreOutcome.NeedsRoom)
                    {
                        shard.Flights.RemoveAt(index, out flight);
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

        return value;
    }

    private static void Crash(EvictionOrder<TKey, TValue> shard, long ticket, uint hash, Exception exception)
    {
        CacheFlight<TValue>? flight;
        using (shard.Gate.EnterScope())
        {
            int index = shard.Flights.IndexOf(ticket, hash);
            if (index < 0)
            {
                return;
            }

            shard.Flights.RemoveAt(index, out flight);
        }

        flight?.Fail(exception);
    }

    /// <summary>The two kinds of factories, as structs: a call of either is one call of the user's delegate.</summary>
    private interface IValueFactory
    {
        TValue Create(TKey key);
    }

    private readonly struct ValueFactory(Func<TKey, TValue> factory) : IValueFactory
    {
        public TValue Create(TKey key) => factory(key);
    }

    private readonly struct ValueFactory<TState>(Func<TKey, TState, TValue> factory, TState state) : IValueFactory
    {
        public TValue Create(TKey key) => factory(key, state);
    }
}
