namespace MemGuard.Containers;

/// <summary>A group of the unified hierarchy.</summary>
internal sealed class CgroupV2 : CgroupLevel
{
    private readonly CgroupFile _high;
    private readonly CgroupFile _stat;
    private readonly CgroupFile _peak;
    private readonly CgroupFile _events;
    private readonly CgroupFile _ownEvents;
    private readonly CgroupFile _swapLimit;
    private readonly CgroupFile _swapUsage;
    private readonly CgroupFile _pressure;

    public CgroupV2(ISystemFiles system, string directory)
        : base(system, directory, "memory.max", "memory.current")
    {
        _high = Add("memory.high");
        _stat = Add("memory.stat");
        _peak = Add("memory.peak");
        _events = Add("memory.events");
        _ownEvents = Add("memory.events.local");
        _swapLimit = Add("memory.swap.max");
        _swapUsage = Add("memory.swap.current");
        _pressure = Add("memory.pressure");
    }

    public override long? ReadHigh() => _high.ReadNumber();

    public override ContainerDetails Describe(ContainerDetails details, Span<byte> buffer)
    {
        TimeSpan? stall = PressureStall.Parse(ReadText(_pressure, buffer));
        ReadOnlySpan<byte> events = ReadText(_events, buffer);
        (long? limitHits, long? highCount, long? kills) = (Find(events, "max"u8), Find(events, "high"u8), Find(events, "oom_kill"u8));

        // What happened in groups below is no word about this one's limit.
        events = ReadText(_ownEvents, buffer);
        (limitHits, highCount) = (Find(events, "max"u8) ?? limitHits, Find(events, "high"u8) ?? highCount);
        ReadOnlySpan<byte> stat = ReadText(_stat, buffer);
        return details with
        {
            PeakBytes = _peak.ReadNumber(),
            LimitHitCount = limitHits,
            HighCount = highCount,
            KillCount = kills,
            UnreclaimableBytes = Sum(Find(stat, "anon"u8), Find(stat, "shmem"u8), Find(stat, "sock"u8) ?? 0, ReadKernel(stat), Find(stat, "hugetlb"u8) ?? 0),
            ActiveFileBytes = Find(stat, "active_file"u8),
            SwapLimitBytes = _swapLimit.ReadNumber(),
            SwapUsageBytes = _swapUsage.ReadNumber(),
            StallDuration = stall ?? details.StallDuration,
        };
    }

    // One number since Linux 5.18, its parts before. What the kernel could give back is in it as well.
    private static long? ReadKernel(ReadOnlySpan<byte> stat) =>
        Find(stat, "kernel"u8) is { } kernel ? Math.Max(kernel - (Find(stat, "slab_reclaimable"u8) ?? 0), 0)
        : Sum(
            Find(stat, "slab_unreclaimable"u8),
            Find(stat, "kernel_stack"u8) ?? 0,
            Find(stat, "pagetables"u8) ?? 0,
            Find(stat, "sec_pagetables"u8) ?? 0,
            Find(stat, "percpu"u8) ?? 0,
            Find(stat, "vmalloc"u8) ?? 0);
}
