namespace MemGuard.Bounded;

/// <summary>
/// The entries of a stretch of the table: their lock, the order in which they will leave, their expiry and their ledger. Entries are indices of
/// the table's slots, 0 for none. All but the lock itself is used under the lock.
/// </summary>
/// <remarks>
/// One object, fields rather than properties where they change with every insert: what another core changed since comes a cache line at a time,
/// so all that an insert changes lies side by side.
/// </remarks>
internal abstract class CacheShard<TKey, TValue>(ExpiryWheel? wheel)
{
    /// <summary>Guards all else here, and the chains of this shard's buckets against writers.</summary>
    public CacheLock Gate;

    /// <summary>Values that are being created for keys of this shard.</summary>
    public CacheFlights<TKey, TValue> Flights;

    /// <summary>Values stored so far: equals the entries present plus all that left.</summary>
    public long TotalAdded;

    /// <summary>Values that left so far.</summary>
    public EvictionTotals TotalRemoved;

    /// <summary>Values refused for their weight so far: neither added nor removed.</summary>
    public long TotalRefused { get; set; }

    /// <summary>Null where entries do not expire.</summary>
    public ExpiryWheel? Wheel { get; } = wheel;

    public abstract int Count { get; }

    /// <summary>Some entry, while there is one.</summary>
    public abstract int Any { get; }

    /// <summary>The present table; null before the first.</summary>
    protected CacheTable<TKey, TValue> Table { get; private set; } = null!;

    /// <summary>The slots of the present table.</summary>
    protected CacheSlot<TKey, TValue>[] Slots { get; private set; } = [];

    /// <summary>The links of the present table.</summary>
    protected CacheLink[] Links { get; private set; } = [];

    /// <summary>Asks for the memory that the insert which is about to follow will touch.</summary>
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
        Table = table;
        Slots = table.Slots;
        Links = table.Links;
    }
}
