namespace MemGuard.Containers;

/// <summary>What does not change while the process runs.</summary>
internal sealed record HostFacts
{
    private static readonly string[] ContainerMarks = ["/.dockerenv", "/run/.containerenv"];
    private static readonly string[] ContainerVariables = ["DOTNET_RUNNING_IN_CONTAINER", "KUBERNETES_SERVICE_HOST", "container"];

    /// <summary>The garbage collector's configuration.</summary>
    public required GCConfiguration GC { get; init; }

    /// <summary>The machine's memory; null when it cannot be read.</summary>
    public long? PhysicalMemoryBytes { get; init; }

    /// <summary>The limits on this process alone.</summary>
    public ProcessLimits Process { get; init; } = new(AddressSpaceBytes: null);

    /// <summary>Whether the names of environment variables are not case-sensitive.</summary>
    public bool IsWindows { get; init; }

    /// <summary>Processors that the process may use.</summary>
    public int ProcessorCount { get; init; } = 1;

    /// <summary>Whether this looks like a container, limited or not.</summary>
    public bool IsContainer { get; init; }

    /// <summary>Reads them.</summary>
    public static HostFacts Read(ISystemFiles files) => new()
    {
        GC = GCConfiguration.Read(),
        PhysicalMemoryBytes = PhysicalMemory.Read(files),
        Process = ProcessLimits.Parse(files.ReadText("/proc/self/limits")),
        IsWindows = OperatingSystem.IsWindows(),
        ProcessorCount = Environment.ProcessorCount,
        IsContainer = ContainerMarks.Any(File.Exists) || ContainerVariables.Any(static name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))),
    };
}
