namespace MemGuard.Bounded;

/// <summary>The entries of a stretch of the table: their lock, their order, their expiry and their ledger.</summary>
internal sealed class CacheShard<TKey, TValue>(CachePolicy<TKey, TValue> policy, ExpiryWheel? wheel)
{
    /// <summary>Guards all else here, and the chains of this shard's buckets against writers. A field: it is entered where it lies.</summary>
    public CacheLock Gate;

    public CachePolicy<TKey, TValue> Policy { get; } = policy;

    /// <summary>Null where entries do not expire.</summary>
    public ExpiryWheel? Wheel { get; } = wheel;

    /// <summary>Values that are being created for keys of this shard. A field: it is changed where it lies.</summary>
    public CacheFlights<TKey, TValue> Flights;

    /// <summary>Values stored so far: equals the entries present plus all that left.</summary>
    public long TotalAdded { get; set; }

    /// <summary>Values that left so far. A field: it is counted up where it lies.</summary>
    public EvictionTotals TotalRemoved;

    /// <summary>Values refused for their weight so far: neither added nor removed.</summary>
    public long TotalRefused { get; set; }
}
