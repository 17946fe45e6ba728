namespace MemGuard.Trends;

/// <summary>What a trend is measured on.</summary>
public enum MemorySeries
{
    /// <summary>Live managed heap after full collections, in bytes.</summary>
    LiveHeap,

    /// <summary>Managed heap after any collection, in bytes. May contain dead objects: good for suspicion only.</summary>
    Heap,

    /// <summary>Fragmented bytes of the managed heap after full collections.</summary>
    Fragmentation,

    /// <summary>Resident memory outside the managed heap, in bytes.</summary>
    Unmanaged,

    /// <summary>Active timers, a count.</summary>
    Timers,

    /// <summary>Loaded assemblies, a count.</summary>
    Assemblies,
}
