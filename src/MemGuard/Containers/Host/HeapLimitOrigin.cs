namespace MemGuard.Containers;

/// <summary>Where the limit of the managed heap comes from.</summary>
public enum HeapLimitOrigin
{
    /// <summary>There is none: the heap may use all the memory there is.</summary>
    None,

    /// <summary>A number of bytes was configured (<c>GCHeapHardLimit</c>).</summary>
    ConfiguredBytes,

    /// <summary>A percentage of the container's limit was configured (<c>GCHeapHardLimitPercent</c>).</summary>
    ConfiguredPercent,

    /// <summary>The runtime's default in a container: the larger of 20 MB and 75 % of the container's limit.</summary>
    ContainerDefault,
}
