namespace MemGuard.Containers;

/// <summary>
/// Everything that the container tells about its memory. Unknown is null; so is a limit that is not set. Usage and events are those of
/// the group that has the tightest limit, which need not be the process's own.
/// </summary>
internal sealed record ContainerDetails
{
    /// <summary>Nothing is known.</summary>
    public static ContainerDetails None { get; } = new();

    /// <summary>The generation of control groups.</summary>
    public CgroupVersion Version { get; init; }

    /// <summary>The directory of the group that usage and events are of.</summary>
    public string? GroupDirectory { get; init; }

    /// <summary>The hard limit, at which the kernel kills: the tightest on the way to the top, and never more than the machine has.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Whether the limit is only what the system shows as the machine's memory (lxcfs): the garbage collector does not see it.</summary>
    public bool IsLimitOnlyShown { get; init; }

    /// <summary>Whether some group's limit is hidden, or there but cannot be understood: then there may be one.</summary>
    public bool HasUnreadableLimit { get; init; }

    /// <summary>The lowest <c>memory.high</c> on the way to the top, at which the kernel slows the processes down and reclaims.</summary>
    public long? HighBytes { get; init; }

    /// <summary>How often the group was slowed down because it was above its <c>memory.high</c>.</summary>
    public long? HighCount { get; init; }

    /// <summary>The nearer of the two limits: growth ends there, by a kill or by waiting.</summary>
    public long? NearestLimitBytes => HighBytes < (LimitBytes ?? long.MaxValue) ? HighBytes : LimitBytes;

    /// <summary>Everything charged to the group, page cache included.</summary>
    public long? UsageBytes { get; init; }

    /// <summary>The highest usage so far.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>
    /// Anonymous, shared, network and kernel memory: what cannot be reclaimed without swap. The first generation of control groups counts the
    /// kernel's memory as one number, in which caches that can be reclaimed are too.
    /// </summary>
    public long? UnreclaimableBytes { get; init; }

    /// <summary>Page cache that was used twice: reclaimable, but it counts as load.</summary>
    public long? ActiveFileBytes { get; init; }

    /// <summary>How much swap the group may use.</summary>
    public long? SwapLimitBytes { get; init; }

    /// <summary>How much swap the group uses.</summary>
    public long? SwapUsageBytes { get; init; }

    /// <summary>How often an allocation met the hard limit.</summary>
    public long? LimitHitCount { get; init; }

    /// <summary>How many processes of the group the kernel killed.</summary>
    public long? KillCount { get; init; }

    /// <summary>Cumulative time in which at least one task waited for memory.</summary>
    public TimeSpan? StallDuration { get; init; }
}
