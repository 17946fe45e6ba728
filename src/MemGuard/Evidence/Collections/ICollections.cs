namespace MemGuard.Evidence;

/// <summary>The seam to the runtime's garbage collections.</summary>
internal interface ICollections
{
    /// <summary>All of a generation and above so far.</summary>
    int Count(int generation);

    /// <summary>Time for which collections have paused the process so far.</summary>
    TimeSpan TotalPause { get; }

    /// <summary>The last collection of a kind. Allocates 288 bytes.</summary>
    CollectionRecord Read(GCKind kind);
}

/// <summary>The real one.</summary>
internal sealed class RuntimeCollections : ICollections
{
    public TimeSpan TotalPause => GC.GetTotalPauseDuration();

    public int Count(int generation) => GC.CollectionCount(generation);

    public CollectionRecord Read(GCKind kind) => CollectionRecord.From(GC.GetGCMemoryInfo(kind));
}
