using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>The seam to the collections that a probe forces.</summary>
internal interface IProbedHeap
{
    /// <summary>Whether a background collection can be had: in batch mode the request would be a blocking one.</summary>
    bool HasBackgroundCollections { get; }

    /// <summary>The heap now, garbage included.</summary>
    long TotalMemoryBytes { get; }

    /// <summary>The working set; null when it cannot be read.</summary>
    long? WorkingSetBytes { get; }

    /// <summary>Time for which collections have paused the process since its start.</summary>
    TimeSpan TotalPauseDuration { get; }

    /// <summary>The last collection of a kind.</summary>
    GCRecord Read(GCKind kind);

    /// <summary>Collects. Returns at once for a background collection, else when all is done.</summary>
    void Collect(ProbeCollection collection);
}
