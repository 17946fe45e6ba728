namespace MemGuard.Containers;

/// <summary>A group of the unified hierarchy.</summary>
internal sealed class CgroupV2 : CgroupLevel
{
    private readonly CgroupFile _high;
    private readonly CgroupFile _stat;
    private readonly CgroupFile _peak;
    private readonly CgroupFile _events;
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
        _swapLimit = Add("memory.swap.max");
        _swapUsage = Add("memory.swap.current");
        _pressure = Add("memory.pressure");
    }

    public override ContainerDetails Describe(ContainerDetails details, Span<byte> buffer)
    {
        TimeSpan? stall = PressureStall.Parse(ReadText(_pressure, buffer));
        ReadOnlySpan<byte> events = ReadText(_events, buffer);
        (long? limitHits, long? kills) = (Find(events, "max"u8), Find(events, "oom_kill"u8));
        ReadOnlySpan<byte> stat = ReadText(_stat, buffer);
        return details with
        {
            PeakBytes = _peak.ReadNumber(),
            LimitHitCount = limitHits,
            HighBytes = _high.ReadNumber(),
            KillCount = kills,
            UnreclaimableBytes = Sum(Find(stat, "anon"u8), Find(stat, "shmem"u8), Find(stat, "slab_unreclaimable"u8)),
            ActiveFileBytes = Find(stat, "active_file"u8),
            SwapLimitBytes = _swapLimit.ReadNumber(),
            SwapUsageBytes = _swapUsage.ReadNumber(),
            StallDuration = stall ?? details.StallDuration,
        };
    }
}
