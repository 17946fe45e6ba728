namespace MemGuard.Bounded;

/// <summary>Which entry leaves when a cache is full.</summary>
public enum EvictionPolicy
{
    /// <summary>
    /// The entry least likely to be read again, judged by how often it was read. Keeps the working set through scans and loops;
    /// reads take no lock.
    /// </summary>
    Adaptive,

    /// <summary>The entry that was not read or written for the longest time, in exact order. Every read takes one lock.</summary>
    LeastRecentlyUsed,
}
