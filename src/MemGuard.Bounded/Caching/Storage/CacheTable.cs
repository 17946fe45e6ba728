using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// The slots of a cache and the heads of their hash chains. It does not grow: a longer copy takes its place, under all locks. A reader that still
/// has the old one sees the cache as it was at that moment, which is within its call.
/// </summary>
internal sealed class CacheTable<TKey, TValue>
{
    /// <summary>Buckets for each entry, at least: a search that goes on to a second entry waits for memory once more.</summary>
    public const int BucketsPerEntry = 2;

    private const int MostBuckets = 1 << 30;

    private readonly CacheFreeSlots _free = new();
    private readonly int _shift;

    /// <param name="length">The most entries that it can hold.</param>
    /// <param name="shardCount">Stretches of buckets that must not be shared.</param>
    /// <param name="hasExtras">Whether entries expire or weigh something.</param>
    public CacheTable(int length, int shardCount, bool hasExtras)
    {
        int bucketCount = (int)Math.Min(MostBuckets, BucketsPerEntry * (long)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, shardCount)));
        Buckets = new int[bucketCount];
        // The slot 0 is the end of every chain.
        Slots = new CacheSlot<TKey, TValue>[length + 1];
        Links = new CacheLink[length + 1];
        Extras = hasExtras ? new CacheSlotExtra[length + 1] : [];
        _shift = 32 - BitOperations.Log2((uint)bucketCount);
    }

    /// <summary>Heads of the hash chains. The length is a power of two; each shard owns a stretch.</summary>
    public int[] Buckets { get; }

    public CacheSlot<TKey, TValue>[] Slots { get; }

    /// <summary>Beside each slot.</summary>
    public CacheLink[] Links { get; }

    /// <summary>Beside each slot; empty where entries neither expire nor weigh anything.</summary>
    public CacheSlotExtra[] Extras { get; }

    /// <summary>The most entries that it can hold.</summary>
    public int Length => Slots.Length - 1;

    /// <summary>Whether every slot is in use.</summary>
    public bool IsExhausted => (int)Volatile.Read(ref _free.First) == 0 && Volatile.Read(ref _free.Fresh) >= Slots.Length;

    // The upper bits, as for the shards: a shard owns a stretch of the buckets, the same stretch after their number has doubled.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int GetBucket(uint hash) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Buckets), hash >> _shift);

    /// <summary>The smallest hash of the bucket after that of a hash; 2³² after the last.</summary>
    public ulong GetNextBucketHash(uint hash) => ((ulong)(hash >> _shift) + 1) << _shift;

    /// <summary>A slot, for readers: an index that was read from this table is always within it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref CacheSlot<TKey, TValue> GetSlot(int index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Slots), (nint)(uint)index);

    /// <summary>Whether two hashes lead to the same chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ShareBucket(uint hash, uint other) => (hash ^ other) >> _shift == 0;

    /// <summary>Takes a free slot. Thread-safe.</summary>
    public bool TryTake(out int index)
    {
        long free = Volatile.Read(ref _free.First);
        while ((int)free != 0)
        {
            index = (int)free;
            // Another taker may have it by now, and this may be nonsense: then the exchange fails.
            int next = Volatile.Read(ref Slots[index].Next);
            long seen = Interlocked.CompareExchange(ref _free.First, Follow(free, next), free);
            if (seen == free)
            {
                return true;
            }

            free = seen;
        }

        int fresh = Volatile.Read(ref _free.Fresh);
        while (fresh < Slots.Length)
        {
            int seen = Interlocked.CompareExchange(ref _free.Fresh, fresh + 1, fresh);
            if (seen == fresh)
            {
                index = fresh;
                return true;
            }

            fresh = seen;
        }

        index = 0;
        return false;
    }

    /// <summary>Gives a slot back whose entry is in no chain any more. Thread-safe.</summary>
    public void Return(int index)
    {
        ref CacheSlot<TKey, TValue> slot = ref Slots[index];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TKey>())
        {
            slot.Key = default!;
        }

        if (RuntimeHelpers.IsReferenceOrContainsReferences<TValue>())
        {
            slot.Value = default!;
        }

        long free = Volatile.Read(ref _free.First);
        while (true)
        {
            slot.Next = (int)free;
            long seen = Interlocked.CompareExchange(ref _free.First, Follow(free, index), free);
            if (seen == free)
            {
                return;
            }

            free = seen;
        }
    }

    /// <summary>A copy with room for more entries, each at its index. Under all locks.</summary>
    public CacheTable<TKey, TValue> Lengthen(int length, int shardCount)
    {
        CacheTable<TKey, TValue> longer = new(length, shardCount, Extras.Length > 0);
        longer._free.First = _free.First;
        longer._free.Fresh = _free.Fresh;
        Slots.CopyTo(longer.Slots, 0);
        Links.CopyTo(longer.Links, 0);
        Extras.CopyTo(longer.Extras, 0);
        for (int index = 1; index < _free.Fresh; index++)
        {
            longer.ChainIfUsed(index);
        }

        return longer;
    }

    /// <summary>A copy with room for fewer entries, at other indices. Under all locks.</summary>
    /// <param name="length">At least the entries that there are.</param>
    /// <param name="shardCount">Stretches of buckets that must not be shared.</param>
    /// <param name="moved">The new index of each used slot; 0 for the others.</param>
    public CacheTable<TKey, TValue> Shorten(int length, int shardCount, out int[] moved)
    {
        CacheTable<TKey, TValue> shorter = new(length, shardCount, Extras.Length > 0);
        moved = new int[Slots.Length];
        for (int index = 1; index < _free.Fresh; index++)
        {
            if ((Slots[index].Version & 1) != 0)
            {
                moved[index] = shorter._free.Fresh++;
            }
        }

        for (int index = 1; index < _free.Fresh; index++)
        {
            int target = moved[index];
            if (target != 0)
            {
                shorter.Slots[target] = Slots[index];
                shorter.Links[target] = Links[index].Move(moved);
                if (Extras.Length > 0)
                {
                    shorter.Extras[target] = Extras[index].Move(moved);
                }

                shorter.ChainIfUsed(target);
            }
        }

        return shorter;
    }

    private static long Follow(long free, int index) => (((free >> 32) + 1) << 32) | (uint)index;

    private void ChainIfUsed(int index)
    {
        ref CacheSlot<TKey, TValue> slot = ref Slots[index];
        if ((slot.Version & 1) != 0)
        {
            ref int bucket = ref GetBucket(slot.Hash);
            slot.Next = bucket;
            bucket = index;
        }
    }
}
