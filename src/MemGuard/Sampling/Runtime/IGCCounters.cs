namespace MemGuard.Sampling;

/// <summary>The seam to the runtime's memory counters.</summary>
internal interface IGCCounters
{
    /// <summary><see cref="GC.CollectionCount(int)"/>.</summary>
    int CollectionCount(int generation);

    /// <summary><see cref="GC.GetTotalMemory(bool)"/> without a collection. It was seen to be negative before the first collection.</summary>
    long TotalMemoryBytes { get; }

    /// <summary>Allocated bytes without suspending the runtime: threads' unused allocation contexts count as allocated.</summary>
    long TotalAllocatedBytes { get; }

    /// <summary><see cref="GC.GetTotalPauseDuration"/>.</summary>
    TimeSpan TotalPauseDuration { get; }

    /// <summary><see cref="Timer.ActiveCount"/>.</summary>
    long TimerCount { get; }

    /// <summary>The hard limit of the heap as the runtime was configured, given or derived from a container; null without one.</summary>
    long? HeapHardLimitBytes { get; }

    /// <summary>The last collection of a kind. Allocates 288 bytes.</summary>
    GCRecord Read(GCKind kind);
}
