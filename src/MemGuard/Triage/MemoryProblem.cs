namespace MemGuard.Triage;

/// <summary>The kinds of memory trouble that MemGuard tells apart.</summary>
public enum MemoryProblem
{
    /// <summary>Nothing that needs attention.</summary>
    None,

    /// <summary>Live managed objects (or timers, or objects behind a blocked finalizer) accumulate.</summary>
    ManagedLeak,

    /// <summary>Memory outside the managed heap accumulates: native allocations, maps, loaded assemblies.</summary>
    UnmanagedGrowth,

    /// <summary>The garbage collector works most of the time and frees little: the heap is at its limit.</summary>
    GCThrash,

    /// <summary>Free space inside the heap accumulates while live objects do not.</summary>
    HeapFragmentation,

    /// <summary>No growth, but the level is close to the limit.</summary>
    NearMemoryLimit,
}
