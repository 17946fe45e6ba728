namespace MemGuard.Containers;

/// <summary>A group of the first generation's memory controller.</summary>
internal sealed class CgroupV1 : CgroupLevel
{
    private readonly CgroupFile _stat;
    private readonly CgroupFile _peak;
    private readonly CgroupFile _kernel;
    private readonly CgroupFile _limitHits;
    private readonly CgroupFile _control;
    private readonly CgroupFile _swapLimit;

    public CgroupV1(ISystemFiles system, string directory)
        : base(system, directory, "memory.limit_in_bytes", "memory.usage_in_bytes")
    {
        _stat = Add("memory.stat");
        _peak = Add("memory.max_usage_in_bytes");
        _kernel = Add("memory.kmem.usage_in_bytes");
        _limitHits = Add("memory.failcnt");
        _control = Add("memory.oom_control");
        _swapLimit = Add("memory.memsw.limit_in_bytes");
    }

    // The kernel takes the tightest of the group and all above it, those outside the container's view included; the runtime reads the same line.
    public override long? ReadInheritedLimit(Span<byte> buffer) =>
        Find(ReadText(_stat, buffer), "hierarchical_memory_limit"u8) is < CgroupFile.UnlimitedFrom and long limit ? limit : null;

    public override ContainerDetails Describe(ContainerDetails details, Span<byte> buffer)
    {
        long? kills = Find(ReadText(_control, buffer), "oom_kill"u8);
        ReadOnlySpan<byte> stat = ReadText(_stat, buffer);
        return details with
        {
            PeakBytes = _peak.ReadNumber(),
            LimitHitCount = _limitHits.ReadNumber(),
            KillCount = kills,

            // The names with "total" include the groups below; emulations have only the others, and old kernels no shared memory. Kernel memory is not
            // always counted separately, and where it is, reclaimable caches are in it.
            UnreclaimableBytes = Sum(
                Find(stat, "total_rss"u8) ?? Find(stat, "rss"u8),
                Find(stat, "total_shmem"u8) ?? Find(stat, "shmem"u8) ?? 0,
                _kernel.Exists ? _kernel.ReadNumber() : 0),
            ActiveFileBytes = Find(stat, "total_active_file"u8),

            // This generation limits memory and swap together; its usage of both is not read, for it would be of another moment.
            SwapLimitBytes = NotNegative(_swapLimit.ReadNumber() - details.LimitBytes),
            SwapUsageBytes = Find(stat, "total_swap"u8),
        };
    }

    private static long? NotNegative(long? bytes) => bytes is long known ? Math.Max(0, known) : null;
}
