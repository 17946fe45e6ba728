namespace MemGuard.Bounded;

/// <summary>What a cache holds and what it has done so far. Totals count since its creation.</summary>
/// <remarks>While others write, the figures of one reading belong to slightly different moments; at rest they agree:
/// <see cref="TotalAdded"/> = <see cref="CurrentEntryCount"/> + the six ways of leaving.</remarks>
public sealed record BoundedCacheStatistics
{
    /// <summary>Entries now, expired ones that are not yet gone included.</summary>
    public required int CurrentEntryCount { get; init; }

    /// <summary>Weight of the entries now; null without a weigher.</summary>
    public long? CurrentWeight { get; init; }

    /// <summary>Reads that found a value; null where statistics are off.</summary>
    public long? TotalHits { get; init; }

    /// <summary>Reads that found none; null where statistics are off.</summary>
    public long? TotalMisses { get; init; }

    /// <summary>The share of reads that found a value, 0–1; null where statistics are off and before the first read.</summary>
    public double? HitRatio => TotalHits + TotalMisses is long reads and > 0 ? (double)TotalHits! / reads : null;

    /// <summary>Values stored, replacements included.</summary>
    public required long TotalAdded { get; init; }

    /// <summary>Entries that left for <see cref="EvictionReason.Capacity"/>.</summary>
    public required long TotalCapacityEvictions { get; init; }

    /// <summary>Entries that left for <see cref="EvictionReason.Weight"/>.</summary>
    public required long TotalWeightEvictions { get; init; }

    /// <summary>Entries that expired.</summary>
    public required long TotalExpired { get; init; }

    /// <summary>Values that were replaced by another for the same key.</summary>
    public required long TotalReplaced { get; init; }

    /// <summary>Entries removed by their key.</summary>
    public required long TotalRemoved { get; init; }

    /// <summary>Entries that were cleared.</summary>
    public required long TotalCleared { get; init; }

    /// <summary>Values refused because each alone was heavier than the cache may be.</summary>
    public required long TotalRefused { get; init; }

    /// <summary>Factories that run now, renewals included: values in the making.</summary>
    public int CurrentFactories { get; init; }

    /// <summary>
    /// For how long the oldest of them has run, null when there is none: one that hangs shows here. In a cache that needs no clock, without expiry and
    /// <see cref="BoundedCacheOptions.FactoryTimeout"/>, a synchronous one counts from when somebody waited for it or read these statistics.
    /// </summary>
    public TimeSpan? OldestFactoryAge { get; init; }

    /// <summary>Factories that took longer than <see cref="BoundedCacheOptions.FactoryTimeout"/>.</summary>
    public long TotalFactoryTimeouts { get; init; }

    /// <summary>Renewals of <see cref="BoundedCacheOptions.RefreshAfter"/> that run now.</summary>
    public int CurrentRefreshes { get; init; }

    /// <summary>Renewals that ended well.</summary>
    public long TotalRefreshes { get; init; }

    /// <summary>Renewals that failed: the present value stayed.</summary>
    public long TotalRefreshFailures { get; init; }

    /// <summary>Exceptions of callbacks and of values' disposal, contained.</summary>
    public required long TotalCallbackErrors { get; init; }
}
