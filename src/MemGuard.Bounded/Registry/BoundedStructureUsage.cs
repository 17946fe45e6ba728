namespace MemGuard.Bounded;

/// <summary>How full one structure is and what it has done so far.</summary>
/// <param name="Name">The name given in its options.</param>
/// <param name="Kind">What it is: <c>cache</c>, <c>queue</c>, <c>pipe_writer</c>, <c>in_flight_tasks</c>, <c>event</c>, <c>timer</c>, <c>batch</c> or <c>watched</c>.</param>
/// <param name="Count">Items it holds now.</param>
public sealed record BoundedStructureUsage(string Name, string Kind, long Count)
{
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

    /// <summary>Items that left because of a bound: evicted, dropped or rejected.</summary>
    public long? TotalEvictions { get; init; }

    /// <summary>Age of the oldest item; null when not tracked.</summary>
    public TimeSpan? OldestAge { get; init; }
}
