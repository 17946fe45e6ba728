namespace MemGuard.Bounded;

/// <summary>A shard that knows the order in which its entries will leave. All is used under the shard's lock.</summary>
internal abstract class EvictionOrder<TKey, TValue>(ExpiryWheel? wheel) : CacheShard<TKey, TValue>(wheel)
{
    public abstract int Count { get; }

    /// <summary>Some entry, while there is one.</summary>
    public abstract int Any { get; }

    /// <summary>Asks for the memory that the insert which is about to follow will touch.</summary>
    public virtual void Prefetch()
    {
    }

    /// <summary>Called before a key that was not found is added.</summary>
    public abstract void RecordMiss(uint hash);

    /// <summary>Called before an entry is added.</summary>
    /// <param name="hasRoom">Whether the cache is below its bound.</param>
    /// <returns>The entry that must leave, already out of its list; 0 when there is room or nothing to drop.</returns>
    public abstract int MakeRoom(bool hasRoom);

    public abstract void Add(int index);

    /// <summary>Puts an entry back among those of its former rank.</summary>
    /// <param name="index">The entry, in no list.</param>
    /// <param name="where">Its <see cref="CacheLink.Where"/> before it was removed.</param>
    public abstract void Restore(int index, byte where);

    public abstract void Remove(int index);

    /// <summary>Called after a write to an entry that stays; for the exact order also after a read.</summary>
    public abstract void Touch(int index);

    /// <summary>Takes the next entry to leave out of its list; 0 when there is none.</summary>
    public abstract int TakeVictim();

    /// <param name="capacity">This shard's share of the capacity.</param>
    /// <param name="length">This shard's share of the table: a power of two.</param>
    public abstract void Resize(int capacity, int length);

    /// <summary>All entries, and their links, get other indices.</summary>
    public abstract void Move(int[] moved);
}
