namespace MemGuard.Bounded;

/// <summary>What is leased of a <see cref="LeasedCache{TKey, TValue}"/>.</summary>
public sealed record CacheLeaseStatistics
{
    /// <summary>Leases now of values that are in the cache.</summary>
    public required long CurrentLeases { get; init; }

    /// <summary>Values that have left the cache and wait for the last of their leases. A number that only rises means that leases are forgotten.</summary>
    public required long CurrentLingeringValues { get; init; }

    /// <summary>Values of which the garbage collector has found the last lease forgotten, so far: the cache has not disposed of them, and never will.</summary>
    public required long TotalLeakedValues { get; init; }

    /// <summary>Exceptions of values' disposal, contained.</summary>
    public required long TotalDisposeErrors { get; init; }
}
