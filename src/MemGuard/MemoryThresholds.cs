namespace MemGuard;

/// <summary>Levels at which a problem counts as one. They may change while the service runs.</summary>
public sealed class MemoryThresholds
{
    /// <summary>Share of time spent in GC pauses, averaged over a minute, above which the garbage collector counts as thrashing.</summary>
    /// <value>The default is 15 (percent). Must be from 5 to 90.</value>
    public double GCPausePercentage { get; set; } = 15;

    /// <summary>Share of the heap limit above which frequent full collections count as thrashing.</summary>
    /// <value>The default is 0.85. Must be from 0.5 to 1.</value>
    public double HeapLimitRatio { get; set; } = 0.85;

    /// <summary>Share of the memory limit in use, without growth, above which the process counts as near its limit.</summary>
    /// <value>The default is 0.88. Must be from 0.5 to 1.</value>
    public double NearLimitRatio { get; set; } = 0.88;
}
