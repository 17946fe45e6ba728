namespace MemGuard.Bounded;

/// <summary>
/// Keeps a shard's entries in the order in which they will leave. Entries are indices of the table's slots, 0 for none. Always called under the
/// shard's lock.
/// </summary>
internal abstract class CachePolicy<TKey, TValue>
{
    public abstract int Count { get; }

    /// <summary>Some entry, while there is one.</summary>
    public abstract int Any { get; }

    /// <summary>The entry that will probably leave next; 0 when unknown.</summary>
    public virtual int NextVictim => 0;

    /// <summary>The slots of the present table.</summary>
    protected CacheSlot<TKey, TValue>[] Slots { get; private set; } = [];

    /// <summary>The links of the present table.</summary>
    protected CacheLink[] Links { get; private set; } = [];

    /// <summary>Asks for what an insert will need a little later, without a look at it.</summary>
    public virtual void Prefetch()
    {
    }

    /// <summary>Told before a key that was not found is added.</summary>
    public abstract void RecordMiss(uint hash);

    /// <summary>Told before an entry is added.</summary>
    /// <param name="hasRoom">Whether the cache is below its bound.</param>
    /// <returns>The entry that must leave, already out of its list; 0 when there is room or nothing to drop.</returns>
    public abstract int MakeRoom(bool hasRoom);

    public abstract void Add(int index);

    /// <summary>Puts an entry back among those of its former rank.</summary>
    /// <param name="index">The entry, in no list.</param>
    /// <param name="where">Its <see cref="CacheLink.Where"/> before it was removed.</param>
    public abstract void Restore(int index, byte where);

    public abstract void Remove(int index);

    /// <summary>Told after a write to an entry that stays; for the exact order also after a read.</summary>
    public abstract void Touch(int index);

    /// <summary>Takes the next entry to leave out of its list; 0 when there is none.</summary>
    public abstract int TakeVictim();

    /// <param name="capacity">This shard's share of the capacity.</param>
    /// <param name="length">This shard's share of the table: a power of two.</param>
    public abstract void Resize(int capacity, int length);

    /// <summary>All entries, and their links, get other indices.</summary>
    public abstract void Move(int[] moved);

    /// <param name="table">The table from now on.</param>
    public void Attach(CacheTable<TKey, TValue> table)
    {
        Slots = table.Slots;
        Links = table.Links;
    }
}
