using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Stores a value. Something else leaves when the cache is full; the new value does not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether the key was new, its value was replaced, or the value alone is heavier than the cache may be.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public CacheSetResult Set(TKey key, TValue value)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Store(key, GetHash(key), value, GetTimeToLive(key, value));
    }

    /// <summary>Stores a value that is good for a time of its own.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">Time from now after which it is gone. At least 1 millisecond; <see cref="TimeSpan.MaxValue"/> for never.</param>
    /// <returns>Whether the key was new, its value was replaced, or the value alone is heavier than the cache may be.</returns>
    /// <exception cref="InvalidOperationException">The cache has no expiry: set <see cref="BoundedCacheOptions.TimeToLive"/>, if only to <see cref="TimeSpan.MaxValue"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public CacheSetResult Set(TKey key, TValue value, TimeSpan timeToLive)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromMilliseconds(1));
        if (!_isTimed)
        {
            throw new InvalidOperationException("A time to live for one item needs a cache with expiry: set TimeToLive, to TimeSpan.MaxValue where items do not expire otherwise.");
        }

        return Store(key, GetHash(key), value, GetItemMilliseconds(timeToLive));
    }

    private CacheSetResult Store(TKey key, uint hash, TValue value, long timeToLive)
    {
        Entry entry = new(key, hash, value, GetWeight(key, value), GetDeadline(timeToLive));
        CacheShard<TKey, TValue> shard = GetShard(hash);
        CacheRemovals<TKey, TValue> removals = default;
        CacheSetResult result;
        bool mustGrow;
        while (true)
        {
            using (shard.Gate.EnterScope())
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                shard.Flights.Invalidate(key, hash, _comparer);
                if (TryStoreUnsynchronized(shard, entry, ref removals, out result))
                {
                    mustGrow = MustGrowUnsynchronized;
                    break;
                }
            }

            EvictFromAnyShard(ref removals);
        }

        Finish(mustGrow, ref removals);
        return result;
    }

    /// <summary>What follows a write, outside the lock.</summary>
    private void Finish(bool mustGrow, ref CacheRemovals<TKey, TValue> removals)
    {
        if (mustGrow)
        {
            Grow();
        }

        if (!removals.IsEmpty)
        {
            Report(ref removals);
        }
    }

    /// <returns>False when the cache is full and nothing of this shard can leave: another shard must give.</returns>
    private bool TryStoreUnsynchronized(
        CacheShard<TKey, TValue> shard, in Entry entry, ref CacheRemovals<TKey, TValue> removals, out CacheSetResult result)
    {
        AssertLocked(shard);
        CacheNode<TKey, TValue>? present = Find(_table, entry.Key, entry.Hash);
        if (_maxWeight > 0 && entry.Weight > EffectiveMaxWeight)
        {
            Refuse(shard, present, entry, ref removals);
            result = CacheSetResult.RefusedTooHeavy;
            return true;
        }

        if (present is not null)
        {
            bool isStale = _isTimed && IsExpired(present, GetPreciseMilliseconds());
            ReplaceUnsynchronized(shard, present, entry, isStale ? EvictionReason.Expired : EvictionReason.Replaced, ref removals);
            result = isStale ? CacheSetResult.Added : CacheSetResult.Replaced;
            return true;
        }

        result = CacheSetResult.Added;
        return TryInsertUnsynchronized(shard, entry, ref removals);
    }

    /// <summary>Adds a key that is absent. Room is made before the entry is published, so that no reader ever counts one too many.</summary>
    private bool TryInsertUnsynchronized(CacheShard<TKey, TValue> shard, in Entry entry, ref CacheRemovals<TKey, TValue> removals)
    {
        if (shard.Policy.NextVictim is CacheNode<TKey, TValue> next)
        {
            Prefetch.Read(ref GetBucket(_table, next.Hash));
        }

        // First of all: when memory is out, nothing has changed yet.
        CacheNode<TKey, TValue> node = CreateNode(entry);
        MakeWeightUnsynchronized(shard, entry.Weight, ref removals);
        bool hasTaken = _room.TryTake();
        shard.Policy.RecordMiss(entry.Hash);
        CacheNode<TKey, TValue>? victim = shard.Policy.MakeRoom(hasTaken);
        if (victim is not null)
        {
            // Its room passes to the new entry.
            DropUnsynchronized(shard, victim, EvictionReason.Capacity, ref removals);
        }
        else if (!hasTaken)
        {
            return false;
        }

        shard.Policy.Add(node);
        LinkUnsynchronized(shard, node, entry);
        if (_maxWeight > 0)
        {
            // Not without need: it lies beside what every reader reads.
            _weight += entry.Weight;
        }

        shard.TotalAdded++;
        return true;
    }

    private void LinkUnsynchronized(CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> node, in Entry entry)
    {
        FileUnsynchronized(shard, node, entry.Deadline);
        ref CacheNode<TKey, TValue>? head = ref GetBucket(_table, node.Hash);
        node.Next = head;
        // Published complete: a reader that sees the node sees its key, value and chain.
        Volatile.Write(ref head, node);
    }

    private void ReplaceUnsynchronized(
        CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> present, in Entry entry, EvictionReason reason, ref CacheRemovals<TKey, TValue> removals)
    {
        bool isSame = !typeof(TValue).IsValueType && ReferenceEquals(present.Value, entry.Value);
        if (_maxWeight == 0 && CanOverwriteValue && (isSame || !_reportsRemovals))
        {
            shard.TotalAdded++;
            shard.TotalRemoved[(int)reason]++;
            present.Value = entry.Value;
            shard.Policy.Touch(present);
            // After the value: a reader that sees the new deadline sees the new value too.
            RefileUnsynchronized(shard, present, entry.Deadline);
            return;
        }

        byte where = present.Where;
        CacheNode<TKey, TValue> node = CreateNode(entry);
        shard.TotalAdded++;
        if (_maxWeight > 0)
        {
            // Out of the order, but still in its chain, while others give way: it must neither be the victim nor be missed by a reader.
            shard.Policy.Remove(present);
            MakeWeightUnsynchronized(shard, entry.Weight - present.Weight, ref removals);
            _weight += entry.Weight - present.Weight;
            shard.Policy.Restore(node, where);
        }
        else
        {
            shard.Policy.Replace(present, node);
        }

        node.Frequency = present.Frequency;
        shard.Policy.Touch(node);
        FileUnsynchronized(shard, node, entry.Deadline);
        node.Next = present.Next;
        // One store: a reader finds the old node or the new one, never neither.
        Volatile.Write(ref FindLink(present), node);
        LeaveUnsynchronized(shard, present, reason, isReported: !isSame, ref removals);
    }

    private void Refuse(CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue>? present, in Entry entry, ref CacheRemovals<TKey, TValue> removals)
    {
        shard.TotalRefused++;
        if (present is not null)
        {
            // The old value is out of date, whatever becomes of the new one.
            RemoveUnsynchronized(shard, present, EvictionReason.Replaced, ref removals);
        }

        if (_reportsRemovals)
        {
            CacheNode<TKey, TValue> refused = new(entry.Key, entry.Value, entry.Hash) { Where = CacheNode<TKey, TValue>.Refused };
            removals.Add(refused);
        }
    }

    private void MakeWeightUnsynchronized(CacheShard<TKey, TValue> shard, long weight, ref CacheRemovals<TKey, TValue> removals)
    {
        if (_maxWeight == 0)
        {
            return;
        }

        while (_weight + weight > EffectiveMaxWeight && shard.Policy.MakeRoom(hasRoom: false) is CacheNode<TKey, TValue> victim)
        {
            DropUnsynchronized(shard, victim, EvictionReason.Weight, ref removals);
            _room.Return();
        }
    }

    /// <summary>Takes an entry out of everything and gives its room back.</summary>
    private void RemoveUnsynchronized(
        CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> node, EvictionReason reason, ref CacheRemovals<TKey, TValue> removals)
    {
        shard.Policy.Remove(node);
        DropUnsynchronized(shard, node, reason, ref removals);
        _room.Return();
    }

    /// <summary>Takes an entry, already out of its order, out of its chain and the wheel. Its room stays taken.</summary>
    private void DropUnsynchronized(
        CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> node, EvictionReason reason, ref CacheRemovals<TKey, TValue> removals)
    {
        if (_maxWeight > 0)
        {
            _weight -= node.Weight;
        }

        Volatile.Write(ref FindLink(node), node.Next);
        LeaveUnsynchronized(shard, node, reason, isReported: true, ref removals);
    }

    private void LeaveUnsynchronized(
        CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> node, EvictionReason reason, bool isReported, ref CacheRemovals<TKey, TValue> removals)
    {
        AssertLocked(shard);
        node.Where = (byte)(CacheNode<TKey, TValue>.Left | (int)reason);
        shard.TotalRemoved[(int)reason]++;
        if (_isTimed)
        {
            shard.Wheel!.Remove((TimedCacheNode<TKey, TValue>)node);
        }

        if (isReported && _reportsRemovals)
        {
            removals.Add(node);
        }
    }

    /// <summary>The bucket or the neighbour's field that points to a node of this shard.</summary>
    private ref CacheNode<TKey, TValue>? FindLink(CacheNode<TKey, TValue> node)
    {
        ref CacheNode<TKey, TValue>? link = ref GetBucket(_table, node.Hash);
        while (!ReferenceEquals(link, node))
        {
            link = ref link!.Next;
        }

        return ref link;
    }

    private CacheNode<TKey, TValue> CreateNode(in Entry entry)
    {
        if (!_isTimed && _maxWeight == 0)
        {
            return new CacheNode<TKey, TValue>(entry.Key, entry.Value, entry.Hash);
        }

        if (!_isTimed)
        {
            return new WeightedCacheNode<TKey, TValue>(entry.Key, entry.Value, entry.Hash) { Weight = entry.Weight };
        }

        return _maxWeight == 0 && _slidingMilliseconds == long.MaxValue
            ? new TimedCacheNode<TKey, TValue>(entry.Key, entry.Value, entry.Hash)
            : new SlidingCacheNode<TKey, TValue>(entry.Key, entry.Value, entry.Hash) { Weight = entry.Weight, LastAccess = GetPreciseMilliseconds() };
    }

    private long GetWeight(TKey key, TValue value)
    {
        if (_maxWeight == 0)
        {
            return 0;
        }

        long weight = _options.Weigher!(key, value);
        return weight >= 0 ? weight : throw new InvalidOperationException($"The weigher returned {weight}: a weight must not be negative.");
    }

    /// <summary>What a write stores, complete before any lock is taken.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Entry(TKey key, uint hash, TValue value, long weight, long deadline)
    {
        public readonly TKey Key = key;
        public readonly uint Hash = hash;
        public readonly TValue Value = value;
        public readonly long Weight = weight;
        public readonly long Deadline = deadline;
    }
}
