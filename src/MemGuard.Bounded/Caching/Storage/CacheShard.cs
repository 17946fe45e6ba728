namespace MemGuard.Bounded;

/// <summary>
/// The entries of a stretch of the table: their lock, their expiry and their ledger. Entries are indices of
/// the table's slots, 0 for none. All but the lock itself is used under the lock.
/// </summary>
/// <remarks>
/// One object with its order of eviction, which is a derived class, and fields rather than properties where they change with every insert: what
/// another core changed since comes a cache line at a time,
/// so all that an insert changes lies side by side.
/// </remarks>
internal abstract class CacheShard<TKey, TValue>(ExpiryWheel? wheel)
{
    /// <summary>Guards all else here, and the chains of this shard's buckets against writers.</summary>
    public BriefLock Gate;

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

    /// <summary>The present table; null before the first.</summary>
    protected CacheTable<TKey, TValue> Table { get; private set; } = null!;

    /// <summary>The slots of the present table.</summary>
    protected CacheSlot<TKey, TValue>[] Slots { get; private set; } = [];

    /// <summary>The links of the present table.</summary>
    protected CacheLink[] Links { get; private set; } = [];

    /// <param name="table">The table from now on.</param>
    public void Attach(CacheTable<TKey, TValue> table)
    {
        Table = table;
        Slots = table.Slots;
        Links = table.Links;
    }
}
