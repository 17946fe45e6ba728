namespace MemGuard.Containers;

/// <summary>The seam to the container.</summary>
internal interface IContainerMemory
{
    /// <summary>Reads everything, and notices when the process was moved to another group. Some ten microseconds and a few kilobytes.</summary>
    ContainerDetails Read();
}

/// <summary>For systems without control groups: nothing is known.</summary>
internal sealed class NoContainer : IContainerMemory
{
    public ContainerDetails Read() => ContainerDetails.None;
}
