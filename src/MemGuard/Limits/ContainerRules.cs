using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>What the container itself tells.</summary>
internal static class ContainerRules
{
    private const long SmallestForWebApp = 80 * ByteText.Megabyte;
    private const long SwapThatMatters = 4 * ByteText.Megabyte;
    private const double HighLoad = 0.5;
    private const double RetainedShare = 0.20;
    private const double PeakShare = 0.95;
    private const double ThrottledShare = 0.9;
    private const double HeapShare = 0.9;

    // Hits and peaks that page cache caused are harmless: the cache gives way.
    private const double UnreclaimableShare = 0.75;

    /// <summary>The runtime gives the heap at least 20 MB; below some 80 MB a web application does not fit beside it.</summary>
    public static MemoryLimitFinding? TooSmall(LimitFacts facts) =>
        facts.Container.LimitBytes is < SmallestForWebApp and long limit
            ? MemoryLimitFinding.Create(
                "tiny-container",
                MemoryAdviceSeverity.Warning,
                $"The container has {ByteText.Of(limit)}; the runtime itself needs about 40 MB, and the heap gets {ByteText.Of(facts.HeapLimitBytes, "none")}",
                "Raise the memory limit to at least 128 MB")
            : null;

    /// <summary>A container without a limit competes for the whole machine.</summary>
    public static MemoryLimitFinding? NoLimit(LimitFacts facts) =>
        facts.Host.IsContainer && facts.Container.Version != CgroupVersion.None && facts.Host.GC.Origin != HeapLimitOrigin.ContainerDefault
        && facts is { MemoryLimitBytes: null, Container: { HasUnreadableLimit: false, HighBytes: null } }
            ? MemoryLimitFinding.Create(
                "no-limit",
                MemoryAdviceSeverity.Warning,
                $"This container has no memory limit: the garbage collector sees the whole machine ({ByteText.Of(facts.Host.PhysicalMemoryBytes, "none")}) and collects late",
                "Set a memory limit (docker run --memory, resources.limits.memory), or the option MemoryLimitBytes")
            : null;

    /// <summary>Load that is page cache is no reason for alarm.</summary>
    public static MemoryLimitFinding? PageCache(LimitFacts facts)
    {
        if (facts.Container is not { LimitBytes: long limit, UsageBytes: long usage, ActiveFileBytes: long cache }
            || usage < limit * HighLoad
            || cache < usage * HighLoad)
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "page-cache",
            MemoryAdviceSeverity.Note,
            $"{ByteText.Of(cache)} of the {ByteText.Of(usage)} in use is page cache, not your heap; the kernel takes it back when needed",
            "Watch memguard.container.memory.unreclaimable instead of the usage");
    }

    /// <summary>The native allocator keeps freed memory.</summary>
    public static MemoryLimitFinding? AllocatorRetention(LimitFacts facts)
    {
        if (facts is not { NativeFreeBytes: long free, MemoryLimitBytes: long limit } || free <= limit * RetainedShare)
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "allocator-retention",
            MemoryAdviceSeverity.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{(facts.IsJemalloc ? "jemalloc" : "The C library")} keeps {ByteText.Of(free)} of freed native memory, {100.0 * free / limit:0} % of the memory limit {ByteText.Of(limit)}"),
            facts.IsJemalloc ? "Set MALLOC_CONF=background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0" : "Set MALLOC_ARENA_MAX=2 and MALLOC_TRIM_THRESHOLD_=131072, or load jemalloc");
    }

    /// <summary>A heap in swap makes every collection slow, long before a limit is met. The swap of a group without a limit may be the whole machine's.</summary>
    public static MemoryLimitFinding? Swap(LimitFacts facts) =>
        facts.Container is { LimitBytes: not null, SwapUsageBytes: > SwapThatMatters and long swapped }
            ? MemoryLimitFinding.Create(
                "swap-in-use",
                MemoryAdviceSeverity.Warning,
                $"{ByteText.Of(swapped)} of this container is in swap{(facts.Container.SwapLimitBytes is long allowed ? $" (allowed: {ByteText.Of(allowed)})" : "")}; a collection has to read it back",
                "Set the swap limit equal to the memory limit (docker run --memory-swap), or memory.swap.max=0")
            : null;

    /// <summary>The hard limit was met, though not by page cache.</summary>
    public static MemoryLimitFinding? NearMiss(LimitFacts facts)
    {
        if (facts.Container is not { LimitBytes: long limit, UnreclaimableBytes: long unreclaimable } || unreclaimable < limit * UnreclaimableShare)
        {
            return null;
        }

        string? seen = facts.NewLimitHits > 0 ? $"Allocations met the limit {facts.NewLimitHits} more times"
            : facts.Container.PeakBytes > limit * PeakShare ? $"Usage has been as high as {ByteText.Of(facts.Container.PeakBytes, "none")}"
            : null;
        return seen is null
            ? null
            : MemoryLimitFinding.Create(
                "near-miss",
                MemoryAdviceSeverity.Warning,
                $"{seen}, and {ByteText.Of(unreclaimable)} of {ByteText.Of(limit)} cannot be reclaimed: the next growth can be the last",
                "Raise the memory limit, or keep less in memory");
    }

    /// <summary>What cannot be reclaimed is near <c>memory.high</c>: from there on the kernel makes every allocation wait while it searches in vain.</summary>
    public static MemoryLimitFinding? Throttled(LimitFacts facts)
    {
        if (facts.Container is not { HighBytes: long high, UnreclaimableBytes: long unreclaimable }
            || high >= facts.Container.LimitBytes
            || (unreclaimable < high * ThrottledShare && facts.NewHighCount is not > 0))
        {
            return null;
        }

        string often = facts.Container.HighCount is > 0 and long count ? string.Create(CultureInfo.InvariantCulture, $", which has happened {count:N0} times") : "";

        return MemoryLimitFinding.Create(
            "throttled",
            MemoryAdviceSeverity.Warning,
            $"{ByteText.Of(unreclaimable)} cannot be reclaimed, and from memory.high {ByteText.Of(high)} on the kernel slows the process down{often}; the garbage collector does not know this limit",
            $"Raise memory.high (MemoryHigh= of systemd, the memory QoS of Kubernetes), or set {HeapLimitSetting.Type(facts, Math.Max(ByteText.Megabyte, (long)(high * HeapShare) - (facts.UnmanagedBytes ?? 0)))}");
    }

    /// <summary>The kernel has killed in this container before.</summary>
    public static MemoryLimitFinding? EarlierKill(LimitFacts facts) =>
        facts.Container.KillCount is > 0 and long kills
            ? MemoryLimitFinding.Create(
                "earlier-kill",
                MemoryAdviceSeverity.Warning,
                $"The kernel has killed {kills} process{(kills == 1 ? "" : "es")} of this container for memory (exit 137)",
                "Compare the memory limit with the ledger of the time before")
            : null;
}
