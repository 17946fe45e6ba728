namespace MemGuard.Bounded;

/// <summary>How full one structure is and what it has done so far.</summary>
/// <remarks>Immutable.</remarks>
public sealed record BoundedStructureUsage
{
    /// <summary>The name given in its options.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required StructureKind Kind { get; init; }

    /// <summary>Items it holds now.</summary>
    public required long Count { get; init; }

    /// <summary>The most items it may hold; null when nothing bounds it.</summary>
    public long? Capacity { get; init; }

    /// <summary>Weight of what it holds, in the unit of its weigher; null without a weigher.</summary>
    public long? Weight { get; init; }

    /// <summary>The most weight it may hold; null without a weight bound.</summary>
    public long? MaxWeight { get; init; }

    /// <summary>Reads that found their item; null where it does not apply or statistics are off.</summary>
    public long? TotalHits { get; init; }

    /// <summary>Reads that did not find their item.</summary>
    public long? TotalMisses { get; init; }

    /// <summary>Items that were taken and are lost because of a bound: evicted, displaced or dropped.</summary>
    public long? TotalEvictions { get; init; }

    /// <summary>Items that were not taken because of a bound, which whoever offered them was told; null where nothing is refused.</summary>
    public long? TotalRefusals { get; init; }

    /// <summary>The time after which each item has gone by itself, whatever is read; null when items stay, or have times of their own.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Age of the oldest item; null when not tracked.</summary>
    public TimeSpan? OldestAge { get; init; }
}
