namespace MemGuard.Evidence;

/// <summary>How a probe collects.</summary>
public enum ProbeCollection
{
    /// <summary>In the background: pauses of milliseconds whatever the heap. Finds the same live size as a blocking one.</summary>
    Background,

    /// <summary>Two full collections that stop the process for their length, with the finalizers run in between: 65–120 ns for each live object, each time.</summary>
    Blocking,

    /// <summary>As <see cref="Blocking"/>, and the heap gives back what it does not need. Half as long again.</summary>
    Aggressive,
}
