using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>The seam to the allocator behind <c>malloc</c> and what it can be asked to do.</summary>
internal interface INativeAllocator
{
    /// <summary>Why it cannot be read; null when it can.</summary>
    string? UnknownBecause { get; }

    /// <summary>Why it cannot be asked to give back what it keeps; null when it can.</summary>
    string? CannotTrimBecause { get; }

    /// <summary>Whether all threads share one arena: a trim would hold it, and every other thread's allocation, until it ends.</summary>
    bool HasOneArena { get; }

    /// <summary>The working set; null when it cannot be read.</summary>
    long? WorkingSetBytes { get; }

    /// <summary>What it holds; null where it cannot tell.</summary>
    NativeHeapReading? Read();

    /// <summary>Lets it give back what it keeps. Takes as long as it takes.</summary>
    void Trim();
}
