using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <content>Factories that say how long their value is good.</content>
public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>A factory's value is kept for as long as the options say.</summary>
    private const long AsOptionsSay = -1;

    /// <summary>A factory's value is not stored.</summary>
    private const long DoNotKeep = 0;

    /// <summary>Finds a value or creates it, once per key however many callers wait for it; the factory says how long it is kept.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value and says by <see cref="CacheEntry"/> how long it is kept, or that it is not. When it throws, nothing is cached and every waiting
    /// caller gets the exception.
    /// </param>
    /// <returns>The value found or created.</returns>
    /// <exception cref="InvalidOperationException">The factory asked for its own key, or gave a time to live to a cache without expiry.</exception>
    /// <exception cref="TimeoutException">Another caller's factory took longer than <see cref="BoundedCacheOptions.FactoryTimeout"/>.</exception>
    public TValue GetOrCreate(TKey key, Func<TKey, CacheEntry<TValue>> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryReadQuickly(key, out TValue? value, out bool isUnsure) ? value : FindOrCreate(key, isUnsure ? Look.Unsure : Look.Missed, new EntryFactory(factory));
    }

    /// <inheritdoc cref="GetOrCreate(TKey, Func{TKey, CacheEntry{TValue}})"/>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value and says by <see cref="CacheEntry"/> how long it is kept, or that it is not. When it throws, nothing is cached and every waiting
    /// caller gets the exception.
    /// </param>
    /// <param name="state">Handed to the factory, so that it need not be a closure.</param>
    public TValue GetOrCreate<TState>(TKey key, Func<TKey, TState, CacheEntry<TValue>> factory, TState state)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryReadQuickly(key, out TValue? value, out bool isUnsure) ? value : FindOrCreate(key, isUnsure ? Look.Unsure : Look.Missed, new EntryFactory<TState>(factory, state));
    }

    /// <summary>Finds a value or creates it asynchronously, once per key however many callers wait for it; the factory says how long it is kept.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value and says by <see cref="CacheEntry"/> how long it is kept, or that it is not. Its token is cancelled when no caller waits any more,
    /// and after <see cref="BoundedCacheOptions.FactoryTimeout"/>. When it fails, nothing is cached and every waiting caller gets the exception.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait; the others' goes on.</param>
    /// <returns>The value found or created; completed, without an allocation, when it is found.</returns>
    public ValueTask<TValue> GetOrCreateAsync(
        TKey key, Func<TKey, CancellationToken, ValueTask<CacheEntry<TValue>>> factory, CancellationToken cancellationToken = default) =>
        GetOrCreateAsync(key, static (key, factory, token) => factory(key, token), factory, cancellationToken);

    /// <inheritdoc cref="GetOrCreateAsync(TKey, Func{TKey, CancellationToken, ValueTask{CacheEntry{TValue}}}, CancellationToken)"/>
    /// <param name="key">The key.</param>
    /// <param name="factory">
    /// Creates the value and says by <see cref="CacheEntry"/> how long it is kept, or that it is not. Its token is cancelled when no caller waits any more,
    /// and after <see cref="BoundedCacheOptions.FactoryTimeout"/>. When it fails, nothing is cached and every waiting caller gets the exception.
    /// </param>
    /// <param name="state">Handed to the factory, so that it need not be a closure.</param>
    /// <param name="cancellationToken">Ends this caller's wait; the others' goes on.</param>
    public ValueTask<TValue> GetOrCreateAsync<TState>(
        TKey key, Func<TKey, TState, CancellationToken, ValueTask<CacheEntry<TValue>>> factory, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return FindOrCreateAsync<AsyncEntryFactory<TState>, CacheEntry<TValue>>(key, new AsyncEntryFactory<TState>(factory, state), cancellationToken);
    }

    /// <summary>What an entry says of its time, in the words of <see cref="Land"/>.</summary>
    private TValue Open(CacheEntry<TValue> entry, out long timeToLive)
    {
        timeToLive = AsOptionsSay;
        if (!entry.IsKept)
        {
            timeToLive = DoNotKeep;
        }
        else if (entry.TimeToLive is TimeSpan own)
        {
            RequireExpiry();
            timeToLive = GetItemMilliseconds(own);
        }

        return entry.Value;
    }

    /// <summary>Hands a value to those who wait and stores nothing. What the key still has is out of date: its time has ended.</summary>
    private TValue LandUnkept(EvictionOrder<TKey, TValue> shard, long ticket, TKey key, uint hash, TValue value)
    {
        CacheRemovals<TKey, TValue> removals = default;
        CacheFlight<TValue>? flight;
        long now = _timesCreations ? GetPreciseMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            int place = shard.Flights.IndexOf(ticket, hash);
            int index = shard.Flights.IsInvalid(place) ? 0 : Find(_table, key, hash, _comparer);
            if (index != 0)
            {
                RemoveUnsynchronized(shard, index, EvictionReason.Expired, ref removals);
            }

            shard.Flights.Invalidate(key, hash, _comparer, olderThan: ticket);
            EndUnsynchronized(shard, place, GetOverdueSince(now), out flight);
        }

        flight?.Complete(value);
        _notStored?.Invoke(value);
        Report(ref removals);
        return value;
    }

    private readonly struct EntryFactory(Func<TKey, CacheEntry<TValue>> factory) : IValueFactory
    {
        public TValue Create(BoundedCache<TKey, TValue> cache, TKey key, out long timeToLive) => cache.Open(factory(key), out timeToLive);
    }

    private readonly struct EntryFactory<TState>(Func<TKey, TState, CacheEntry<TValue>> factory, TState state) : IValueFactory
    {
        public TValue Create(BoundedCache<TKey, TValue> cache, TKey key, out long timeToLive) => cache.Open(factory(key, state), out timeToLive);
    }

    private readonly struct AsyncEntryFactory<TState>(Func<TKey, TState, CancellationToken, ValueTask<CacheEntry<TValue>>> factory, TState state)
        : IAsyncValueFactory<CacheEntry<TValue>>
    {
        public ValueTask<CacheEntry<TValue>> CreateAsync(BoundedCache<TKey, TValue> cache, TKey key, CancellationToken cancellationToken) => factory(key, state, cancellationToken);

        public TValue Open(BoundedCache<TKey, TValue> cache, CacheEntry<TValue> result, out long timeToLive) => cache.Open(result, out timeToLive);
    }
}
