using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Removes an entry. A value that is being created for the key at this moment will not be stored.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether it was present and not expired.</returns>
    public bool TryRemove(TKey key) => TryRemove(key, out _);

    /// <summary>Removes an entry. A value that is being created for the key at this moment will not be stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value that it had.</param>
    /// <returns>Whether it was present and not expired.</returns>
    public bool TryRemove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        ArgumentNullException.ThrowIfNull(key);
        uint hash = GetHash(key);
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        CacheRemovals<TKey, TValue> removals = default;
        bool isRemoved = false;
        long now = _isTimed ? GetPreciseMilliseconds() : 0;
        value = default;
        using (shard.Gate.EnterScope())
        {
            shard.Flights.Invalidate(key, hash, _comparer);
            int index = Find(_table, key, hash, _comparer);
            if (index != 0)
            {
                isRemoved = !_isTimed || !IsExpired(index, now);
                value = isRemoved ? _table.GetSlot(index).Value : default;
                RemoveUnsynchronized(shard, index, isRemoved ? EvictionReason.Removed : EvictionReason.Expired, ref removals);
            }
        }

        Report(ref removals);
        ShortenSparseTable();
        return isRemoved;
    }

    /// <summary>Removes all entries that are present when it is called. Each of the cache's locks is held for about 50 ns an entry.</summary>
    public void Clear() => ClearAll(disposes: false);

    /// <summary>Clears the cache, ends its expiry and takes it off the list of structures. Reads find nothing afterwards, writes throw.</summary>
    public void Dispose()
    {
        ClearAll(disposes: true);
        BoundedStructures.Unregister(this, ListedName);
    }

    private void ClearAll(bool disposes)
    {
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            CacheRemovals<TKey, TValue> removals = default;
            try
            {
                using (shard.Gate.EnterScope())
                {
                    // Under each lock in turn: no write of this shard follows its clearing. Never back to false: a Clear beside it would revive the cache.
                    if (disposes)
                    {
                        Volatile.Write(ref _isDisposed, true);
                    }

                    ClearUnsynchronized(shard, ref removals);
                }
            }
            finally
            {
                Report(ref removals);
            }
        }

        ShortenSparseTable();
    }

    private void ClearUnsynchronized(EvictionOrder<TKey, TValue> shard, ref CacheRemovals<TKey, TValue> removals)
    {
        shard.Flights.InvalidateAll();
        while (shard.Any != 0)
        {
            RemoveUnsynchronized(shard, shard.Any, EvictionReason.Cleared, ref removals);
        }
    }

    /// <summary>Takes an entry out of everything and gives its slot and room back.</summary>
    private void RemoveUnsynchronized(
        EvictionOrder<TKey, TValue> shard, int index, EvictionReason reason, ref CacheRemovals<TKey, TValue> removals)
    {
        ReserveReport(ref removals);
        shard.Remove(index);
        DropUnsynchronized(shard, index, reason, ref removals);
        FreeUnsynchronized(index);
    }

    /// <summary>Takes an entry, already out of its order, out of its chain and the wheel. Its room and its slot stay taken.</summary>
    private void DropUnsynchronized(
        EvictionOrder<TKey, TValue> shard, int index, EvictionReason reason, ref CacheRemovals<TKey, TValue> removals)
    {
        AssertLocked(shard);
        CacheTable<TKey, TValue> table = _table;
        ref CacheSlot<TKey, TValue> slot = ref table.Slots[index];
        slot.BeginChange();
        Volatile.Write(ref FindLink(table, index), slot.Next);
        shard.TotalRemoved[(int)reason]++;
        if (_isTimed)
        {
            shard.Wheel!.Remove(index);
        }

        if (_maxWeight > 0)
        {
            _weight -= table.Extras[index].Weight;
        }

        if (_reportsRemovals)
        {
            removals.Add(new CacheRemoval<TKey, TValue>(slot.Key, slot.Value, reason, IsRefused: false));
        }
    }

    // The slot first: who has room finds a slot, or a table that may still grow.
    private void FreeUnsynchronized(int index)
    {
        _table.Return(index);
        _occupancy.Return();
    }

    private void ReserveReport(ref CacheRemovals<TKey, TValue> removals)
    {
        if (_reportsRemovals)
        {
            removals.Reserve();
        }
    }

    /// <summary>The bucket or the neighbour's field that leads to an entry.</summary>
    private static ref int FindLink(CacheTable<TKey, TValue> table, int index)
    {
        ref int link = ref table.GetBucket(table.Slots[index].Hash);
        while (link != index)
        {
            link = ref table.Slots[link].Next;
        }

        return ref link;
    }

    /// <summary>Tells the user which entries left. Outside all locks: the callback may use the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Report(ref CacheRemovals<TKey, TValue> removals)
    {
        if (removals.Count > 0)
        {
            ReportAll(ref removals);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportAll(ref CacheRemovals<TKey, TValue> removals)
    {
        for (int i = 0; i < removals.Count; i++)
        {
            CacheRemoval<TKey, TValue> removal = removals[i];
            try
            {
                _options.EntryRemoved?.Invoke(removal.Key, removal.Value, removal.Reason);
            }
            catch (Exception)
            {
                Interlocked.Increment(ref _callbackErrors);
                ContainedFailures.Count();
            }

            if (_options.DisposeValues && !removal.IsRefused)
            {
                ValueDisposal.Dispose(removal.Value, this, static cache => Interlocked.Increment(ref cache._callbackErrors));
            }
        }
    }
}
