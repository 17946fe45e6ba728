using MemGuard.Containers;
using MemGuard.Limits;

namespace MemGuard.Tests.Limits;

/// <summary>
/// What the advice would have said in incidents that were reported in public, with the figures of the report where it has them. Those that a heap
/// setting can help are played through in a real control group by <c>program limit-incidents</c>.
/// </summary>
public sealed class IncidentAdviceTests
{
    private const long MB = 1 << 20;

    private static readonly Dictionary<string, (LimitFacts Facts, string[] Rules, string? Typed)> Incidents = new(StringComparer.Ordinal)
    {
        // A hundred megabytes, killed without an OutOfMemoryException.
        ["dotnet/runtime#46147"] = (Container(100, unmanaged: 45), ["unmanaged-share", "high-memory-percent"], "DOTNET_GCHeapHardLimitPercent=0x2D (45 %)"),

        // "The remaining 25 % may not be enough for the unmanaged memory."
        ["dotnet/runtime#63840"] = (Container(200, unmanaged: 70), ["unmanaged-share", "high-memory-percent"], "DOTNET_GCHeapHardLimitPercent=0x37 (55 %)"),

        // A hundred million bytes were meant, four gigabytes were read. On a machine where that fits it could have been meant.
        ["dotnet/coreclr#27570"] = (
            Machine(2048, heap: 4096, ("COMPlus_GCHeapHardLimit", "100000000")),
            ["hexadecimal-setting"],
            "COMPlus_GCHeapHardLimit=0x5F5E100"),

        // 64 is 100 %, which is ignored without a word.
        ["dotnet/runtime#100804"] = (
            Container(2048, unmanaged: 200, variables: ("DOTNET_GCHeapHardLimitPercent", "64")),
            ["hexadecimal-setting"],
            "DOTNET_GCHeapHardLimitPercent=0x40"),

        // The heap is full at 75 %, though a quarter of the container is free.
        ["dotnet/runtime#61076"] = (
            Container(512, unmanaged: 40) with { LiveBytes = 350 * MB },
            ["heap-nearly-full"],
            "DOTNET_GCHeapHardLimitPercent=0x52 (82 %)"),

        // 30 % of 1792 MB, and an upload of 300 MB.
        ["dotnet/runtime#77961"] = (
            Configured(Container(1792, unmanaged: 150, heap: 537), percent: 30) with { LiveBytes = 500 * MB },
            ["heap-nearly-full"],
            "DOTNET_GCHeapHardLimitPercent=0x51 (81 %)"),

        // Ten percent, written as a hexadecimal digit: nothing is wrong with it.
        ["dotnet/runtime#131659"] = (
            Configured(Container(512, unmanaged: 120, heap: 51, variables: ("DOTNET_GCHeapHardLimitPercent", "A")), percent: 10),
            [],
            null),

        // The limit is lowered in place.
        ["kubernetes/kubernetes#129152"] = (
            Container(1024, unmanaged: 100, heap: 1536) with { GCViewBytes = 2048 * MB },
            ["heap-limit-above-container", "stale-limit"],
            "GC.RefreshMemoryLimit()"),

        // Sixty arenas of the C library.
        ["dotnet/runtime#122027"] = (
            Container(4096, unmanaged: 1700) with { NativeFreeBytes = 1500 * MB },
            ["unmanaged-share", "allocator-retention"],
            "MALLOC_ARENA_MAX=2"),

        // Page cache looks like a full container.
        ["dotnet/runtime#49058"] = (
            With(Container(5000, unmanaged: 100), static container => container with { UsageBytes = 4900 * MB, ActiveFileBytes = 4000 * MB, UnreclaimableBytes = 800 * MB }),
            ["page-cache"],
            "memguard.container.memory.unreclaimable"),

        // LXC: the machine of the container is smaller than that of the garbage collector.
        ["NethermindEth/nethermind#9383"] = (
            With(Machine(100_000, heap: null) with { MemoryLimitBytes = 32_000 * MB, UnmanagedBytes = 1000 * MB, GCViewBytes = 100_000 * MB }, static container => container with { LimitBytes = 32_000 * MB, IsLimitOnlyShown = true }),
            ["limit-not-seen"],
            "DOTNET_GCHeapHardLimit=0x5DC000000"),

        // Containers without a limit on a large machine.
        ["dotnet/AspNetCore.Docs#17123"] = (
            With(Machine(64_000, heap: null), static container => container with { Version = CgroupVersion.V2 }),
            ["no-limit"],
            "Set a memory limit"),

        // A heap for each processor in 256 MB.
        ["dotnet/coreclr#16906"] = (
            Server(Container(256, unmanaged: 45)),
            ["server-gc-in-container", "high-memory-percent"],
            "DOTNET_gcServer=0"),

        // 64 MB, and the runtime does not start, or only just.
        ["dotnet/runtime#76199"] = (Container(64, unmanaged: 12), ["tiny-container", "high-memory-percent"], "at least 128 MB"),

        // 556,267 times slowed down, and no objection.
        ["containarium#1454"] = (
            With(Container(4096, unmanaged: 300), static container => container with { HighBytes = 1024 * MB, HighCount = 556_267, UnreclaimableBytes = 1000 * MB }),
            ["throttled"],
            "memory.high"),

        // What helped there: half of 768 MB for the heap.
        ["marceld23/BlocksBeyondTheStars#1704"] = (
            ConfiguredBytes(Container(768, unmanaged: 80, heap: 384)),
            [],
            null),
    };

    public static TheoryData<string> Names => [.. Incidents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Advise_AnIncident_SaysWhatWasWrongAndWhatToType(string incident)
    {
        (LimitFacts facts, string[] rules, string? typed) = Incidents[incident];

        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(facts);

        Assert.Equal(rules, advice.Findings.Select(static finding => finding.Rule));
        if (typed is not null)
        {
            Assert.Contains(advice.Findings, finding => finding.Setting.Contains(typed, StringComparison.Ordinal));
        }
    }

    private static LimitFacts Container(long megabytes, long unmanaged, long? heap = null, params (string Name, string Value)[] variables) => new()
    {
        Host = new HostFacts
        {
            GC = new GCConfiguration { HeapHardLimitBytes = (heap ?? megabytes * 3 / 4) * MB, Variables = [.. variables.Select(static pair => KeyValuePair.Create(pair.Name, pair.Value))] },
            PhysicalMemoryBytes = 64_000 * MB,
            ProcessorCount = 4,
            IsContainer = true,
        },
        Container = new ContainerDetails { Version = CgroupVersion.V2, LimitBytes = megabytes * MB, UsageBytes = megabytes * MB / 2, UnreclaimableBytes = megabytes * MB / 2, ActiveFileBytes = 0, SwapUsageBytes = 0, KillCount = 0 },
        MemoryLimitBytes = megabytes * MB,
        HeapLimitBytes = (heap ?? megabytes * 3 / 4) * MB,
        GCViewBytes = megabytes * MB,
        UnmanagedBytes = unmanaged * MB,
        LiveBytes = 10 * MB,
        FragmentedBytes = MB,
        NativeFreeBytes = 5 * MB,
        NewLimitHits = 0,
    };

    private static LimitFacts Machine(long megabytes, long? heap, params (string Name, string Value)[] variables) => new()
    {
        Host = new HostFacts
        {
            GC = new GCConfiguration { HeapHardLimitBytes = heap * MB, HasConfiguredBytes = heap is not null, Variables = [.. variables.Select(static pair => KeyValuePair.Create(pair.Name, pair.Value))] },
            PhysicalMemoryBytes = megabytes * MB,
            ProcessorCount = 4,
            IsContainer = true,
        },
        HeapLimitBytes = heap * MB,
    };

    private static LimitFacts With(LimitFacts facts, Func<ContainerDetails, ContainerDetails> change) => facts with { Container = change(facts.Container) };

    private static LimitFacts Configured(LimitFacts facts, long percent) => WithGC(facts, gc => gc with { HeapHardLimitPercent = percent });

    private static LimitFacts ConfiguredBytes(LimitFacts facts) => WithGC(facts, static gc => gc with { HasConfiguredBytes = true });

    private static LimitFacts Server(LimitFacts facts) => WithGC(facts, static gc => gc with { IsServer = true, IsAdaptive = false });

    private static LimitFacts WithGC(LimitFacts facts, Func<GCConfiguration, GCConfiguration> change) =>
        facts with { Host = facts.Host with { GC = change(facts.Host.GC) } };
}
