namespace MemGuard.Sampling;

/// <summary>The seam to the count of the GC's resident pages.</summary>
internal interface IHeapPages
{
    /// <summary>Counts the bytes of the GC's range that occupy memory; null when that is unknown, with the reason in <see cref="UnknownBecause"/>.</summary>
    long? ReadResidentBytes();

    /// <summary>Why nothing is known; null while all is well.</summary>
    string? UnknownBecause { get; }
}
