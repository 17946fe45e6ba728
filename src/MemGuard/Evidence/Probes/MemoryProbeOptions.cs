namespace MemGuard.Evidence;

/// <summary>What <see cref="IMemoryProbe"/> may do. Follows changes of the configuration at run time.</summary>
public sealed class MemoryProbeOptions
{
    /// <summary>Whether collections that stop the process may be forced outside Development.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowForcedCollection { get; set; }

    /// <summary>The longest pause that one may be predicted to take.</summary>
    /// <value>The default is 500 milliseconds. Must be from 1 millisecond to 1 minute.</value>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether the C library's allocator may be asked outside Development to give back what it keeps.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowNativeTrim { get; set; }
}
