using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Everything the detector knows that the verdict may need. Immutable; a new one only when something changed.</summary>
internal sealed record TrendReport
{
    public required MemorySample Sample { get; init; }

    /// <summary>The leading growth, or null.</summary>
    public GrowthFact? Growth { get; init; }

    /// <summary>Confirmed growth of another series beside the leading one, or null: two leaks may run at once.</summary>
    public GrowthFact? SecondGrowth { get; init; }

    /// <summary>What ended the problem that ended last, as a clause; null when none has.</summary>
    public string? EndedBecause { get; init; }

    public bool IsThrashing { get; init; }

    /// <summary>Share of time in collection pauses when <see cref="IsThrashing"/> was decided, 0–100.</summary>
    public double PausePercentage { get; init; }

    public double FullCollectionsPerSecond { get; init; }

    /// <summary>Heap over its limit; NaN when none is known.</summary>
    public double HeapRatio { get; init; }

    public bool IsNearLimit { get; init; }

    /// <summary>Usage over the limit when <see cref="IsNearLimit"/> was decided.</summary>
    public double UsageRatio { get; init; }

    /// <summary>Whether a full collection would confirm or withdraw a suspicion now. The service decides within its budget.</summary>
    public bool WantsFullCollection { get; init; }

    /// <summary>Whether it would change something to know who holds the growth. It costs a heap snapshot: the pipeline asks, and nothing waits for the answer.</summary>
    public bool WantsHolder { get; init; }

    /// <summary>Who holds the growth; null where nobody knows, or it changes nothing.</summary>
    public GrowthHolder? Holder { get; init; }

    /// <summary>A climb of the number of timers, or null.</summary>
    public MemoryTrend? Timers { get; init; }

    /// <summary>A climb of the number of loaded assemblies, or null.</summary>
    public MemoryTrend? Assemblies { get; init; }

    /// <summary>Whether the finalizer thread does not run finalizers any more.</summary>
    public bool IsFinalizerBlocked { get; init; }

    /// <summary>Whether the GC keeps much free memory after a peak.</summary>
    public bool CollectorKeepsMemory { get; init; }

    /// <summary>Whether the C library's allocator keeps much free memory.</summary>
    public bool AllocatorKeepsMemory { get; init; }

    /// <summary>All trends, the leading one first.</summary>
    public IReadOnlyList<MemoryTrend> Trends { get; init; } = [];
}
