namespace MemGuard.Evidence;

/// <summary>How a probe collects.</summary>
public enum ProbeCollection
{
    /// <summary>In the background: short pauses whatever the heap. Finds the same live size as a blocking one.</summary>
    Background,

    /// <summary>Two full collections that stop the process for their length, with the finalizers run in between: the longer the more objects live.</summary>
    Blocking,

    /// <summary>As <see cref="Blocking"/>, and the heap gives back what it does not need. Takes longer.</summary>
    Aggressive,
}
