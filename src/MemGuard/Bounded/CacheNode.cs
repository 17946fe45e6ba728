namespace MemGuard.Bounded;

/// <summary>What a reader touches of an entry. A base class of its own, so that these fields come first and lie together.</summary>
internal abstract class CacheNodeFields<TKey, TValue>(TKey key, TValue value, uint hash)
{
    /// <summary>
    /// The next node of the hash chain. Written under the shard's lock, read by anybody. A removed node keeps it: a reader that stands on the
    /// node must find the rest of its chain.
    /// </summary>
    public CacheNode<TKey, TValue>? Next;

    public TKey Key = key;

    /// <summary>Overwritten in place, under the lock, only where the write is one store; otherwise the whole node is replaced.</summary>
    public TValue Value = value;

    public uint Hash = hash;

    /// <summary>Reads since the eviction hand passed. A plain byte that any reader may write: a lost mark is harmless.</summary>
    public byte Frequency;

    /// <summary>Which list the node is in, or why it left. Under the shard's lock only.</summary>
    public byte Where;

    /// <summary>Place among the policy's watched nodes, plus one; 0 when not watched. Under the shard's lock only.</summary>
    public byte Watch;
}

/// <summary>
/// One entry: hash chain node and list node in one object, so that an insert allocates once. 64 bytes with 8-byte keys and values.
/// </summary>
internal class CacheNode<TKey, TValue>(TKey key, TValue value, uint hash) : CacheNodeFields<TKey, TValue>(key, value, hash)
{
    /// <summary>Values of <see cref="CacheNodeFields{TKey,TValue}.Where"/> while the entry is in the cache.</summary>
    public const byte InWindow = 1, InMain = 2;

    /// <summary>Added to the <see cref="EvictionReason"/> in <see cref="CacheNodeFields{TKey,TValue}.Where"/> once the entry left.</summary>
    public const byte Left = 0x80;

    /// <summary>In <see cref="CacheNodeFields{TKey,TValue}.Where"/> of a node that only carries a refused value to its report.</summary>
    public const byte Refused = 0xFF;

    /// <summary>The highest <see cref="CacheNodeFields{TKey,TValue}.Frequency"/>: full marks are not written again.</summary>
    public const byte MaxFrequency = 3;

    /// <summary>Neighbours in the eviction list; under the shard's lock only. <see cref="Newer"/> also links entries that wait to be reported.</summary>
    public CacheNode<TKey, TValue>? Older, Newer;

    public EvictionReason Reason => (EvictionReason)(Where & ~Left);

    /// <summary>Weight as told by the weigher; 0 in a cache without one.</summary>
    public virtual long Weight
    {
        get => 0;
        set => throw new NotSupportedException();
    }
}

/// <summary>An entry of a cache with a weight bound and no expiry.</summary>
internal sealed class WeightedCacheNode<TKey, TValue>(TKey key, TValue value, uint hash) : CacheNode<TKey, TValue>(key, value, hash)
{
    public override long Weight { get; set; }
}

/// <summary>What a reader touches of an entry that expires, next to the rest.</summary>
internal abstract class TimedCacheNodeFields<TKey, TValue>(TKey key, TValue value, uint hash) : CacheNode<TKey, TValue>(key, value, hash)
{
    /// <summary>Clock milliseconds from which the entry is expired; <see cref="long.MaxValue"/> for never. Written after the value.</summary>
    public long Deadline;
}

/// <summary>An entry that expires. 96 bytes with 8-byte keys and values.</summary>
internal class TimedCacheNode<TKey, TValue>(TKey key, TValue value, uint hash) : TimedCacheNodeFields<TKey, TValue>(key, value, hash)
{
    /// <summary>Neighbours in the wheel's slot; under the shard's lock only.</summary>
    public TimedCacheNode<TKey, TValue>? WheelPrevious, WheelNext;

    /// <summary>Index of the slot whose chain the node joined, plus one; 0 while it is in no chain.</summary>
    public short WheelSlot;
}

/// <summary>An entry with a sliding expiration or with both expiry and weight.</summary>
internal sealed class SlidingCacheNode<TKey, TValue>(TKey key, TValue value, uint hash) : TimedCacheNode<TKey, TValue>(key, value, hash)
{
    /// <summary>Clock milliseconds of the last read or write; readers write it at most once per clock step.</summary>
    public long LastAccess;

    public override long Weight { get; set; }
}
