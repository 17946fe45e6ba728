namespace MemGuard.Bounded;

/// <summary>Bounds and behaviour of a <see cref="BoundedCache{TKey,TValue}"/>: the part that configuration can bind.</summary>
public class BoundedCacheOptions
{
    /// <summary>A timer takes no more.</summary>
    private static readonly TimeSpan MostTimerTime = TimeSpan.FromDays(49);

    /// <summary>Name under which the cache reports its usage and its metrics. Several caches may share one.</summary>
    /// <value>The default is null: the cache is listed by its type.</value>
    public string? Name { get; set; }

    /// <summary>The most entries that the cache holds at any instant. Memory is taken as entries arrive, not in advance.</summary>
    /// <value>Required. At least 1.</value>
    public int Capacity { get; set; }

    /// <summary>The most weight, in the unit of the weigher, that the cache holds at any instant.</summary>
    /// <value>The default is null: entries have no weight. At least 1; needs a weigher. Writes then take one lock for the whole cache.</value>
    public long? MaxWeight { get; set; }

    /// <summary>Time after its last write at which an entry is gone, whether or not anybody looks.</summary>
    /// <value>
    /// The default is null: entries do not expire. At least 1 millisecond. <see cref="TimeSpan.MaxValue"/> means never, and makes room for a
    /// time to live given with an item. Costs 32 bytes an entry.
    /// </value>
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>Time after its last read or write at which an entry is gone. May be combined with <see cref="TimeToLive"/>: the earlier counts.</summary>
    /// <value>The default is null. At least 1 millisecond. Costs 32 bytes an entry, once for all that expires or has weight.</value>
    public TimeSpan? SlidingExpiration { get; set; }

    /// <summary>
    /// Time for which an expired entry is kept for <c>GetOrAdd</c> and <c>GetOrAddAsync</c> alone: while one caller refreshes it, the others
    /// get the old value instead of waiting; when the refresh fails, all of them do.
    /// </summary>
    /// <value>The default is null: expired values are never returned by any method. Needs <see cref="TimeToLive"/>.</value>
    public TimeSpan? StaleFor { get; set; }

    /// <summary>
    /// Age from which <c>GetOrAdd</c>, <c>GetOrCreate</c> and their asynchronous forms renew a value in the background: the caller gets the present
    /// value at once, and his factory runs once on the thread pool, after he has gone on.
    /// </summary>
    /// <value>
    /// The default is null: values are made anew only when they have expired. At least 1 millisecond, below <see cref="TimeToLive"/>; not together with
    /// a sliding expiration. A renewal that fails is tried again after a tenth of this; until then, and until it expires, the value stays. Costs 32
    /// bytes an entry, once for all that expires or has weight, and a few nanoseconds a read.
    /// </value>
    public TimeSpan? RefreshAfter { get; set; }

    /// <summary>The most renewals of <see cref="RefreshAfter"/> that run at once. At this bound values stay as they are, and a later read tries again.</summary>
    /// <value>The default is 4. At least 1.</value>
    public int MaxConcurrentRefreshes { get; set; } = 4;

    /// <summary>
    /// The most time that a factory may take. Then whoever waits for it gets a <see cref="TimeoutException"/>, its token is cancelled, and the next
    /// caller starts another. What it returns all the same is kept, unless its key was written meanwhile.
    /// </summary>
    /// <value>
    /// The default is null: callers wait as long as it takes. At least 1 millisecond. A synchronous factory runs on its caller's thread, which nothing
    /// can free: there it holds for those who wait for another's factory.
    /// </value>
    public TimeSpan? FactoryTimeout { get; set; }

    /// <summary>Whether each read asks the exact clock (about 6 ns) instead of the shared coarse one (free).</summary>
    /// <value>
    /// The default is false: a read may return an entry for up to one tick, 1/64 of the shortest time to live but 10 milliseconds at least and
    /// 1 second at most, after it expired.
    /// </value>
    public bool PreciseExpiration { get; set; }

    /// <summary>Which entry leaves when the cache is full.</summary>
    /// <value>The default is <see cref="EvictionPolicy.Adaptive"/>.</value>
    public EvictionPolicy EvictionPolicy { get; set; }

    /// <summary>Whether hits and misses are counted: about 2 ns a read. Everything else is counted always.</summary>
    /// <value>The default is true.</value>
    public bool TrackStatistics { get; set; } = true;

    /// <summary>Whether the cache gives up entries, step by step and at most three quarters of them, while the process is near its memory limit.</summary>
    /// <value>The default is true. Has an effect only where MemGuard monitors the process.</value>
    public bool ShrinkUnderPressure { get; set; } = true;

    /// <summary>Whether values that leave the cache are disposed of. Dangerous where a reader may still use the value that it got.</summary>
    /// <value>The default is false. In a <see cref="LeasedCache{TKey, TValue}"/> readers hold leases, and values are disposed of after the last of them.</value>
    public bool DisposeValues { get; set; }

    /// <summary>Whether anything in these options makes entries expire.</summary>
    internal virtual bool HasExpiry => TimeToLive is not null || SlidingExpiration is not null || RefreshAfter is not null;

    /// <summary>Whether a read prolongs an entry's life.</summary>
    internal virtual bool HasSlidingExpiration => SlidingExpiration is not null;

    internal virtual bool HasWeigher => false;

    /// <summary>What is wrong, as sentences for the user; empty when all is well.</summary>
    public IEnumerable<string> GetErrors()
    {
        if (Capacity <= 0)
        {
            yield return $"Capacity must be at least 1, but is {Capacity}.";
        }

        if (MaxWeight <= 0)
        {
            yield return $"MaxWeight must be at least 1, but is {MaxWeight}.";
        }

        if (MaxWeight is not null != HasWeigher)
        {
            yield return "MaxWeight and Weigher go together: set both or neither.";
        }

        if (TimeToLive < TimeSpan.FromMilliseconds(1))
        {
            yield return $"TimeToLive must be at least 1 millisecond, but is {TimeToLive}.";
        }

        if (SlidingExpiration < TimeSpan.FromMilliseconds(1))
        {
            yield return $"SlidingExpiration must be at least 1 millisecond, but is {SlidingExpiration}.";
        }

        if (StaleFor < TimeSpan.FromMilliseconds(1))
        {
            yield return $"StaleFor must be at least 1 millisecond, but is {StaleFor}.";
        }

        if (StaleFor is not null && !HasExpiry)
        {
            yield return "StaleFor needs TimeToLive: without it no entry grows stale.";
        }

        if (RefreshAfter < TimeSpan.FromMilliseconds(1) || RefreshAfter >= TimeToLive)
        {
            yield return $"RefreshAfter must be at least 1 millisecond and below TimeToLive, but is {RefreshAfter}.";
        }

        if (RefreshAfter is not null && HasSlidingExpiration)
        {
            yield return "RefreshAfter cannot be combined with a sliding expiration: an age by the last write and one by the last read contradict each other.";
        }

        if (MaxConcurrentRefreshes <= 0)
        {
            yield return $"MaxConcurrentRefreshes must be at least 1, but is {MaxConcurrentRefreshes}.";
        }

        if (FactoryTimeout < TimeSpan.FromMilliseconds(1) || FactoryTimeout > MostTimerTime)
        {
            yield return $"FactoryTimeout must be from 1 millisecond to {MostTimerTime.TotalDays:0} days, but is {FactoryTimeout}.";
        }

        if (!Enum.IsDefined(EvictionPolicy))
        {
            yield return $"EvictionPolicy must be Adaptive or LeastRecentlyUsed, but is {EvictionPolicy}.";
        }
    }
}
