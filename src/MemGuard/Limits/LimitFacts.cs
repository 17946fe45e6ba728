using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>Everything on which the advice about limits rests. Unknown is null, and a rule whose values are unknown is silent.</summary>
internal sealed record LimitFacts
{
    /// <summary>What does not change.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>The container.</summary>
    public ContainerDetails Container { get; init; } = ContainerDetails.None;

    /// <summary>The tightest limit, configured or found.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>The heap's effective limit now.</summary>
    public long? HeapLimitBytes { get; init; }

    /// <summary>The machine's or container's memory as the garbage collector saw it when it last looked.</summary>
    public long? GCViewBytes { get; init; }

    /// <summary>High level (95th percentile) of unmanaged anonymous and shared memory.</summary>
    public long? UnmanagedBytes { get; init; }

    /// <summary>Live bytes after the last full collection.</summary>
    public long? LiveBytes { get; init; }

    /// <summary>Free bytes inside the heap after the last full collection.</summary>
    public long? FragmentedBytes { get; init; }

    /// <summary>Bytes that the native allocator keeps though they are free.</summary>
    public long? NativeFreeBytes { get; init; }

    /// <summary>Whether that allocator is jemalloc and not the C library's.</summary>
    public bool IsJemalloc { get; init; }

    /// <summary>How often the kernel slowed the group down since the last advice.</summary>
    public long? NewHighCount { get; init; }

    /// <summary>How often an allocation met the hard limit since the last advice.</summary>
    public long? NewLimitHits { get; init; }
}
