namespace MemGuard.Bounded;

/// <summary>Keeps a shard's entries in the order in which they will leave. Always called under the shard's lock.</summary>
internal abstract class CachePolicy<TKey, TValue>
{
    public abstract int Count { get; }

    /// <summary>The entry that would leave last of all.</summary>
    public abstract CacheNode<TKey, TValue>? Oldest { get; }

    /// <summary>The entry that will probably leave next; null when unknown.</summary>
    public virtual CacheNode<TKey, TValue>? NextVictim => null;

    /// <summary>Told before a key that was not found is added.</summary>
    public abstract void RecordMiss(uint hash);

    /// <summary>Told before an entry is added.</summary>
    /// <param name="hasRoom">Whether the cache is below its bound.</param>
    /// <returns>The entry that must leave, already out of its list; null when there is room or nothing to drop.</returns>
    public abstract CacheNode<TKey, TValue>? MakeRoom(bool hasRoom);

    public abstract void Add(CacheNode<TKey, TValue> node);

    /// <summary>Puts a node back among those of its former rank.</summary>
    /// <param name="node">The node, in no list.</param>
    /// <param name="where">Its <see cref="CacheNodeFields{TKey,TValue}.Where"/> before it was removed.</param>
    public abstract void Restore(CacheNode<TKey, TValue> node, byte where);

    public abstract void Remove(CacheNode<TKey, TValue> node);

    /// <summary>Puts a node in the place of another with the same key.</summary>
    public abstract void Replace(CacheNode<TKey, TValue> node, CacheNode<TKey, TValue> replacement);

    /// <summary>Told after a write to an entry that stays; for the exact order also after a read.</summary>
    public abstract void Touch(CacheNode<TKey, TValue> node);

    /// <summary>Takes the next entry to leave out of its list; null when there is none.</summary>
    public abstract CacheNode<TKey, TValue>? TakeVictim();

    /// <param name="capacity">This shard's share of the capacity.</param>
    /// <param name="tableLength">This shard's share of the table.</param>
    public abstract void Resize(int capacity, int tableLength);
}
