namespace MemGuard.Bounded;

/// <summary>Bounds and behaviour of a <see cref="BoundedCache{TKey,TValue}"/>.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class BoundedCacheOptions<TKey, TValue> : BoundedCacheOptions
    where TKey : notnull
{
    /// <summary>Tells the weight of an entry, once, when it is set: bytes, for example. Must not be negative. Called outside locks.</summary>
    /// <value>The default is null. Needs <see cref="BoundedCacheOptions.MaxWeight"/>. What it throws reaches the caller of the write.</value>
    public Func<TKey, TValue, long>? Weigher { get; set; }

    /// <summary>Tells the time to live of an entry when it is set, for values that know how long they are good. Called outside locks.</summary>
    /// <value>The default is null: <see cref="BoundedCacheOptions.TimeToLive"/> holds for all. What it throws reaches the caller of the write.</value>
    public Func<TKey, TValue, TimeSpan>? ItemTimeToLive { get; set; }

    /// <summary>Tells the sliding expiration of an entry when it is set: the time after its last read or write at which it is gone. Called outside locks.</summary>
    /// <value>
    /// The default is null: <see cref="BoundedCacheOptions.SlidingExpiration"/> holds for all. <see cref="TimeSpan.MaxValue"/> for never; rounded up to
    /// 10 milliseconds. Each read then asks the exact clock. What it throws reaches the caller of the write.
    /// </value>
    public Func<TKey, TValue, TimeSpan>? ItemSlidingExpiration { get; set; }

    /// <summary>Called for every entry that left, after it left, outside locks, on the thread that caused it. Exceptions are contained.</summary>
    /// <value>The default is null.</value>
    public Action<TKey, TValue, EvictionReason>? EntryRemoved { get; set; }

    /// <summary>Compares keys.</summary>
    /// <value>The default is null: the keys' own equality. It is called under a lock of the cache: it must not use the cache itself.</value>
    public IEqualityComparer<TKey>? KeyComparer { get; set; }

    internal override bool HasExpiry => base.HasExpiry || ItemTimeToLive is not null || ItemSlidingExpiration is not null;

    /// <summary>Hears of a factory's value that is not stored, because its key was written meanwhile or because the factory said so. Outside locks.</summary>
    internal Action<TValue>? NotStored { get; set; }

    internal override bool HasSlidingExpiration => base.HasSlidingExpiration || ItemSlidingExpiration is not null;

    internal override bool HasWeigher => Weigher is not null;

    internal BoundedCacheOptions<TKey, TValue> Clone() => (BoundedCacheOptions<TKey, TValue>)MemberwiseClone();
}
