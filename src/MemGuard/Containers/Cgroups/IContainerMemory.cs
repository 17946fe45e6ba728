namespace MemGuard.Containers;

/// <summary>The container's limit and usage at one moment. Unknown and unlimited are both null.</summary>
/// <param name="LimitBytes">The tightest hard limit of the process's group and the groups above it.</param>
/// <param name="UsageBytes">Everything charged to the group that has the tightest limit, page cache included.</param>
internal readonly record struct ContainerReading(long? LimitBytes, long? UsageBytes);

/// <summary>The seam to the container.</summary>
internal interface IContainerMemory
{
    /// <summary>Reads limit and usage. Allocates nothing.</summary>
    ContainerReading Read();

    /// <summary>Reads everything, and notices when the process was moved to another group. Some ten microseconds and a few kilobytes.</summary>
    ContainerDetails ReadDetails();
}

/// <summary>For systems without control groups: nothing is known.</summary>
internal sealed class NoContainer : IContainerMemory
{
    public ContainerReading Read() => default;

    public ContainerDetails ReadDetails() => ContainerDetails.None;
}
