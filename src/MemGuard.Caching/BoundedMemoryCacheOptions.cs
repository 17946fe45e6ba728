namespace MemGuard.Caching;

/// <summary>The bounds of a <see cref="BoundedMemoryCache"/>.</summary>
public sealed class BoundedMemoryCacheOptions
{
    /// <summary>Name under which the cache reports its usage and its metrics.</summary>
    /// <value>The default is <c>memory_cache</c>. Must not be empty.</value>
    public string Name { get; set; } = "memory_cache";

    /// <summary>The most entries that the cache holds at any instant, whatever their size.</summary>
    /// <value>The default is 10,000. At least 1. Memory is taken as entries arrive, not in advance.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>The most size that the cache holds at any instant, in the unit of the entries' sizes.</summary>
    /// <value>The default is null: sizes do not count. At least 1; then every entry needs a size. Writes then take one lock for the whole cache.</value>
    public long? SizeLimit { get; set; }

    /// <summary>
    /// The share of both bounds that is set aside for entries of the priority <c>NeverRemove</c>, which are not evicted from it. The bound comes first: what
    /// does not fit in the share is an entry like any other.
    /// </summary>
    /// <value>The default is 0.1. From 0, which sets nothing aside, to 0.9; rounded down to whole entries.</value>
    public double NeverRemoveShare { get; set; } = 0.1;

    /// <summary>Whether hits and misses are counted, for <see cref="BoundedMemoryCache.GetCurrentStatistics"/>: about 2 ns a read.</summary>
    /// <value>The default is true.</value>
    public bool TrackStatistics { get; set; } = true;

    /// <summary>Whether the cache gives up entries, step by step and at most three quarters of them, while the process is near its memory limit.</summary>
    /// <value>The default is true. Has an effect only where MemGuard monitors the process; spares the share of <see cref="NeverRemoveShare"/>.</value>
    public bool ShrinkUnderPressure { get; set; } = true;

    /// <summary>What is wrong, as sentences for the user; empty when all is well.</summary>
    public IEnumerable<string> GetErrors()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return "Name of a memory cache must not be empty.";
        }

        if (Capacity <= 0)
        {
            yield return $"Capacity of memory cache '{Name}' must be at least 1, but is {Capacity}.";
        }

        if (SizeLimit <= 0)
        {
            yield return $"SizeLimit of memory cache '{Name}' must be at least 1 or null, but is {SizeLimit}.";
        }

        // Written so that NaN fails too.
        if (!(NeverRemoveShare is >= 0 and <= 0.9))
        {
            yield return $"NeverRemoveShare of memory cache '{Name}' must be from 0 to 0.9, but is {NeverRemoveShare}.";
        }
    }

    internal BoundedMemoryCacheOptions Clone() => (BoundedMemoryCacheOptions)MemberwiseClone();
}
