namespace MemGuard.Bounded;

/// <content>Writes that depend on what is there. What compares values is called under a lock of the cache: it must not use the cache itself.</content>
public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Stores a value unless the key has one. A value that is being created for the key at this moment will not be stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when the key has a value that is not expired, or when this one alone is heavier than the cache may be.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryAdd(TKey key, TValue value) => StoreIf(key, value, default(IsAbsent)) == CacheSetResult.Added;

    /// <summary>Replaces a key's value if it is the one expected.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The new value.</param>
    /// <param name="comparisonValue">The value that must be there, by the values' own equality.</param>
    /// <returns>False when the key has another value or none, or when this one alone is heavier than the cache may be: then the old one is removed.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryUpdate(TKey key, TValue value, TValue comparisonValue) => StoreIf(key, value, new IsEqual(comparisonValue)) == CacheSetResult.Replaced;

    /// <summary>Stores a value for a new key, or one that is made of the key's present value. The factories may be called several times when others write meanwhile.</summary>
    /// <param name="key">The key.</param>
    /// <param name="addFactory">Makes the value of a new key.</param>
    /// <param name="updateFactory">Makes the new value of the old one.</param>
    /// <returns>The new value; it was not stored if it alone is heavier than the cache may be.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public TValue AddOrUpdate(TKey key, Func<TKey, TValue> addFactory, Func<TKey, TValue, TValue> updateFactory)
    {
        ArgumentNullException.ThrowIfNull(addFactory);
        ArgumentNullException.ThrowIfNull(updateFactory);
        while (true)
        {
            bool isPresent = TryGetValue(key, out TValue? present);
            TValue value = isPresent ? updateFactory(key, present!) : addFactory(key);
            CacheSetResult? result = isPresent ? StoreIf(key, value, new IsEqual(present!)) : StoreIf(key, value, default(IsAbsent));
            if (result is not null)
            {
                return value;
            }
        }
    }

    /// <summary>Removes an entry if it has the value expected. A value that is being created for the key at this moment will then not be stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value that must be there, by the values' own equality.</param>
    /// <returns>Whether it was there, not expired, and has been removed.</returns>
    public bool TryRemove(TKey key, TValue value)
    {
        ArgumentNullException.ThrowIfNull(key);
        uint hash = GetHash(key);
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        CacheRemovals<TKey, TValue> removals = default;
        long now = _isTimed ? GetPreciseMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            int index = Find(_table, key, hash, _comparer);
            if (index == 0 || (_isTimed && IsExpired(index, now)) || !EqualityComparer<TValue>.Default.Equals(_table.GetSlot(index).Value, value))
            {
                return false;
            }

            shard.Flights.Invalidate(key, hash, _comparer);
            RemoveUnsynchronized(shard, index, EvictionReason.Removed, ref removals);
        }

        Report(ref removals);
        ShortenSparseTable();
        return true;
    }

    /// <returns>Null when the condition does not hold.</returns>
    private CacheSetResult? StoreIf<TCondition>(TKey key, TValue value, TCondition condition)
        where TCondition : struct, IStoreCondition
    {
        ArgumentNullException.ThrowIfNull(key);
        uint hash = GetHash(key);
        Entry entry = CreateEntry(key, hash, value, GetTimeToLive(key, value));
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        CacheRemovals<TKey, TValue> removals = default;
        try
        {
            while (true)
            {
                StoreOutcome outcome;
                using (shard.Gate.EnterScope())
                {
                    ObjectDisposedException.ThrowIf(_isDisposed, this);
                    int index = Find(_table, key, hash, _comparer);
                    bool isPresent = index != 0 && (!_isTimed || !IsExpired(index, entry.Now));
                    if (!condition.Holds(isPresent, isPresent ? _table.GetSlot(index).Value : default))
                    {
                        return null;
                    }

                    shard.Flights.Invalidate(key, hash, _comparer);
                    outcome = StoreUnsynchronized(shard, entry, isAbsent: false, ref removals);
                }

                if (outcome < StoreOutcome.NeedsRoom)
                {
                    return (CacheSetResult)outcome;
                }

                MakePlace(outcome, ref removals);
            }
        }
        finally
        {
            Report(ref removals);
        }
    }

    /// <summary>What must be so for a write to happen, asked under the lock.</summary>
    private interface IStoreCondition
    {
        bool Holds(bool isPresent, TValue? present);
    }

    private readonly struct IsAbsent : IStoreCondition
    {
        public bool Holds(bool isPresent, TValue? present) => !isPresent;
    }

    private readonly struct IsEqual(TValue expected) : IStoreCondition
    {
        public bool Holds(bool isPresent, TValue? present) => isPresent && EqualityComparer<TValue>.Default.Equals(present, expected);
    }
}
