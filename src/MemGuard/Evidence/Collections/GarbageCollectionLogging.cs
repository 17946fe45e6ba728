namespace MemGuard.Evidence;

/// <summary>Which garbage collections get a log line.</summary>
public enum GarbageCollectionLogging
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Full collections, and others that paused the process for 50 milliseconds and more.</summary>
    Gen2AndLongPauses,

    /// <summary>All that are seen between two samples; the others are counted in the next line.</summary>
    All,
}
