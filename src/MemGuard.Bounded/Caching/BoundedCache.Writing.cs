using System.Runtime.CompilerServices;
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
        RequireExpiry();
        return Store(key, GetHash(key), value, GetItemMilliseconds(timeToLive));
    }

    private void RequireExpiry()
    {
        if (!_isTimed)
        {
            throw new InvalidOperationException(
                $"{NameInErrors}: a time to live for one item needs a cache with expiry: set TimeToLive, to TimeSpan.MaxValue where items do not expire otherwise.");
        }
    }

    private CacheSetResult Store(TKey key, uint hash, TValue value, long timeToLive)
    {
        Entry entry = CreateEntry(key, hash, value, timeToLive);
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
                    shard.Prefetch();
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
            // Also of a write that failed: what gave way for it has left.
            Report(ref removals);
        }
    }

    /// <summary>Does what a write found missing, without its shard's lock; the write then begins again.</summary>
    private void MakePlace(StoreOutcome outcome, ref CacheRemovals<TKey, TValue> removals)
    {
        if (outcome == StoreOutcome.NeedsSlots)
        {
            Grow();
        }
        else
        {
            EvictFromAnyShard(ref removals);
        }
    }

    private StoreOutcome StoreUnsynchronized(EvictionOrder<TKey, TValue> shard, in Entry entry, bool isAbsent, ref CacheRemovals<TKey, TValue> removals)
    {
        AssertLocked(shard);
        ReserveReport(ref removals);
        int present = isAbsent ? 0 : Find(_table, entry.Key, entry.Hash, _comparer);
        if (_maxWeight > 0 && entry.Weight > EffectiveMaxWeight)
        {
            Refuse(shard, present, entry, ref removals);
            return StoreOutcome.RefusedTooHeavy;
        }

        if (present != 0)
        {
            bool isStale = _isTimed && IsExpired(present, entry.Now);
            ReplaceUnsynchronized(shard, present, entry, isStale ? EvictionReason.Expired : EvictionReason.Replaced, ref removals);
            return isStale ? StoreOutcome.Added : StoreOutcome.Replaced;
        }

        return InsertUnsynchronized(shard, entry, ref removals);
    }

    /// <summary>Adds a key that is absent. Room is made before the entry is published, so that no reader ever counts one too many.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private StoreOutcome InsertUnsynchronized(EvictionOrder<TKey, TValue> shard, in Entry entry, ref CacheRemovals<TKey, TValue> removals)
    {
        CacheTable<TKey, TValue> table = _table;
        MakeWeightUnsynchronized(shard, entry.Weight, ref removals);
        int index = 0;
        bool hasTaken = _occupancy.TryTake();
        if (hasTaken && !table.TryTake(out index))
        {
            _occupancy.Return();
            return StoreOutcome.NeedsSlots;
        }

        shard.RecordMiss(entry.Hash);
        int victim = shard.MakeRoom(hasTaken);
        if (victim != 0)
        {
            // Its room and its slot pass to the new entry.
            DropUnsynchronized(shard, victim, EvictionReason.Capacity, ref removals);
            index = victim;
        }
        else if (!hasTaken)
        {
            return StoreOutcome.NeedsRoom;
        }

        Fill(table, index, entry);
        shard.Add(index);
        if (_isTimed)
        {
            table.Extras[index].LastAccess = entry.Now;
            table.Extras[index].SlidingSteps = entry.SlidingSteps;
            FileUnsynchronized(shard, index, isEarlier: false);
        }

        if (_maxWeight > 0)
        {
            // Not without need: it lies beside what every reader reads.
            _weight += entry.Weight;
        }

        Publish(table, index, entry.Hash);
        shard.TotalAdded++;
        return StoreOutcome.Added;
    }

    private void Fill(CacheTable<TKey, TValue> table, int index, in Entry entry)
    {
        ref CacheSlot<TKey, TValue> slot = ref table.Slots[index];
        slot.Key = entry.Key;
        slot.Value = entry.Value;
        slot.Hash = entry.Hash;
        slot.Deadline = entry.Deadline;
        slot.Frequency = 0;
        if (_maxWeight > 0)
        {
            table.Extras[index].Weight = entry.Weight;
        }
    }

    /// <summary>Makes a complete entry visible: whoever sees it sees its key, value and chain.</summary>
    private static void Publish(CacheTable<TKey, TValue> table, int index, uint hash)
    {
        ref CacheSlot<TKey, TValue> slot = ref table.GetSlot(index);
        ref int head = ref table.GetBucket(hash);
        slot.Next = head;
        // The chain first: were the slot good before it is linked, one reader could find the key and the next one not.
        Volatile.Write(ref head, index);
        slot.EndChange();
    }

    private void ReplaceUnsynchronized(
        EvictionOrder<TKey, TValue> shard, int index, in Entry entry, EvictionReason reason, ref CacheRemovals<TKey, TValue> removals)
    {
        CacheTable<TKey, TValue> table = _table;
        ref CacheSlot<TKey, TValue> slot = ref table.Slots[index];
        if (_maxWeight > 0)
        {
            ReweighUnsynchronized(shard, index, entry.Weight, ref removals);
        }

        shard.TotalAdded++;
        shard.TotalRemoved[(int)reason]++;
        bool isSame = !typeof(TValue).IsValueType && ReferenceEquals(slot.Value, entry.Value);
        if (_reportsRemovals && !isSame)
        {
            removals.Add(new CacheRemoval<TKey, TValue>(slot.Key, slot.Value, reason, IsRefused: false));
        }

        long formerExpiry = _isTimed ? GetExpiry(table, index) : 0;
        slot.BeginChange();
        slot.Value = entry.Value;
        slot.Deadline = entry.Deadline;
        if (_isTimed)
        {
            // Never back: readers may have been here since the write began.
            Slide(ref table.Extras[index].LastAccess, entry.Now);
            table.Extras[index].SlidingSteps = entry.SlidingSteps;
            FileUnsynchronized(shard, index, isEarlier: GetExpiry(table, index) < formerExpiry);
        }

        slot.EndChange();
        shard.Touch(index);
    }

    // All that can fail, user code foremost, before anything has changed.
    private Entry CreateEntry(TKey key, uint hash, TValue value, long timeToLive)
    {
        long weight = GetWeight(key, value);
        long now = _isTimed ? GetPreciseMilliseconds() : 0;
        return new Entry(key, hash, value, weight, now, _isTimed ? Add(now, timeToLive) : long.MaxValue, GetSlidingSteps(key, value));
    }

    /// <summary>The results of <see cref="CacheSetResult"/>, and what a write may lack.</summary>
    private enum StoreOutcome
    {
        Added = CacheSetResult.Added,
        Replaced = CacheSetResult.Replaced,
        RefusedTooHeavy = CacheSetResult.RefusedTooHeavy,

        /// <summary>The cache is full and nothing of this shard can leave: another shard must give.</summary>
        NeedsRoom,

        /// <summary>There is room, but the table has no free slot.</summary>
        NeedsSlots,
    }

    /// <summary>What a write stores, complete before any lock is taken.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Entry(TKey key, uint hash, TValue value, long weight, long now, long deadline, uint slidingSteps)
    {
        public readonly TKey Key = key;
        public readonly uint Hash = hash;
        public readonly TValue Value = value;
        public readonly long Weight = weight;
        public readonly long Now = now;
        public readonly long Deadline = deadline;
        public readonly uint SlidingSteps = slidingSteps;
    }
}
