using MemGuard.Containers;
using MemGuard.Limits;

namespace MemGuard.Tests.Limits;

public sealed class MemoryLimitAdvisorTests
{
    private const long MB = 1 << 20;

    /// <summary>A 256 MB container at the runtime's defaults with nothing wrong.</summary>
    private static readonly LimitFacts Healthy = new()
    {
        Host = new HostFacts
        {
            GC = new GCConfiguration { HeapHardLimitBytes = 384 * MB },
            PhysicalMemoryBytes = 16_000 * MB,
            ProcessorCount = 2,
            IsContainer = true,
        },
        Container = new ContainerDetails
        {
            Version = CgroupVersion.V2,
            LimitBytes = 512 * MB,
            UsageBytes = 200 * MB,
            PeakBytes = 250 * MB,
            UnreclaimableBytes = 150 * MB,
            ActiveFileBytes = 20 * MB,
            SwapUsageBytes = 0,
            KillCount = 0,
            LimitHitCount = 0,
        },
        MemoryLimitBytes = 512 * MB,
        HeapLimitBytes = 384 * MB,
        GCViewBytes = 512 * MB,
        UnmanagedBytes = 45 * MB,
        LiveBytes = 100 * MB,
        FragmentedBytes = 5 * MB,
        NativeFreeBytes = 5 * MB,
        NewLimitHits = 0,
    };

    [Fact]
    public void Advise_Healthy_HasNoObjection()
    {
        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(Healthy);

        Assert.Empty(advice.Findings);
        Assert.Null(advice.Verdict);
        Assert.Equal("memory limit 512 MB, heap limit 384 MB (the default in a container): no objection", advice.ToString());
    }

    [Fact]
    public void Advise_NothingKnown_IsSilent()
    {
        LimitFacts unknown = new() { Host = new HostFacts { GC = new GCConfiguration() } };

        Assert.Empty(MemoryLimitAdvisor.Advise(unknown).Findings);
    }

    [Fact]
    public void AboveContainer_HeapLimitAboveMemoryLimit_IsCriticalAndNamesBoth()
    {
        MemoryLimitFinding finding = Only(Configured(Healthy with { HeapLimitBytes = 600 * MB }, bytes: true));

        Assert.Equal("heap-limit-above-container", finding.Rule);
        Assert.Equal(MemoryAdviceSeverity.Critical, finding.Severity);
        Assert.Contains("600 MB", finding.Fact, StringComparison.Ordinal);
        Assert.Contains("512 MB", finding.Fact, StringComparison.Ordinal);
        Assert.Contains("Set DOTNET_GCHeapHardLimit=0x19FC0000 (415.8 MB), or raise the memory limit", finding.Setting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(431, false)]
    [InlineData(432, true)]
    public void AboveContainer_ConfiguredLimitLeavesTooLittle_IsCritical(long heapMB, bool isFound)
    {
        LimitFacts facts = Configured(Healthy with { HeapLimitBytes = heapMB * MB }, bytes: true);

        Assert.Equal(isFound, Has(facts, "heap-limit-above-container"));
    }

    [Theory]
    [InlineData(102, false)]
    [InlineData(103, true)]
    public void UnmanagedShare_AtTheDefault_IsFoundAboveAFifth(long unmanagedMB, bool isFound)
    {
        LimitFacts facts = Healthy with { UnmanagedBytes = unmanagedMB * MB };

        Assert.Equal(isFound, Has(facts, "unmanaged-share"));
        Assert.False(Has(facts, "heap-limit-above-container"));
    }

    [Fact]
    public void UnmanagedShare_Found_NamesAPercentageInHexadecimal()
    {
        MemoryLimitFinding finding = Only(Healthy with { UnmanagedBytes = 200 * MB });

        Assert.Contains("DOTNET_GCHeapHardLimitPercent=0x32 (50 %)", finding.Setting, StringComparison.Ordinal);
        Assert.Contains("1000 MB", finding.Setting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(326, null)]
    [InlineData(327, MemoryAdviceSeverity.Warning)]
    [InlineData(346, MemoryAdviceSeverity.Critical)]
    public void NearlyFull_LiveAgainstHeapLimit_WarnsThenIsCritical(long liveMB, MemoryAdviceSeverity? severity)
    {
        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(Healthy with { LiveBytes = liveMB * MB });

        Assert.Equal(severity, advice.Verdict);
    }

    [Theory]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "75", "117, which is ignored", "0x4B")]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "50", "80 %", "0x32")]
    [InlineData("COMPlus_GCHighMemPercent", "80", "128, of which 99 % remain", "0x50")]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "0x64", "100, which is ignored", "0x63")]
    [InlineData("DOTNET_GCHeapCount", "16", "22 instead of 16", "DOTNET_GCHeapCount=0x10")]
    [InlineData("DOTNET_GCgen0size", "4194304", "65.6 MB instead of 4 MB", "0x400000")]
    [InlineData("DOTNET_GCHeapHardLimit", "209715200", "8343.1 MB instead of 200 MB", "0xC800000")]
    [InlineData("DOTNET_GCHeapHardLimit", "200000000", "8192 MB instead of 190.7 MB", "0xBEBC200")]
    public void Hexadecimal_DecimalLookingValue_IsFound(string name, string value, string fact, string setting)
    {
        MemoryLimitFinding finding = Only(WithVariable(name, value));

        Assert.Equal("hexadecimal-setting", finding.Rule);
        Assert.Contains(fact, finding.Fact, StringComparison.Ordinal);
        Assert.Contains(setting, finding.Setting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "0x4B")]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "4B")]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "9")]
    [InlineData("DOTNET_GCHeapHardLimit", "10000000")]
    [InlineData("DOTNET_GCHeapHardLimit", "C800000")]
    [InlineData("DOTNET_gcServer", "1")]
    [InlineData("DOTNET_GCgen0size", "400000")]
    [InlineData("DOTNET_GCHeapHardLimitPercent", "")]
    [InlineData("DOTNET_GCHeapCount", "4")]
    [InlineData("DOTNET_GCHeapCount", "0x10")]
    [InlineData("DOTNET_GCConserveMemory", "5")]
    public void Hexadecimal_MeantAsItIsRead_IsSilent(string name, string value)
    {
        Assert.Empty(MemoryLimitAdvisor.Advise(WithVariable(name, value)).Findings);
    }

    [Theory]
    [InlineData("dotnet_gcheaphardlimitpercent", "0x32", false, "Write DOTNET_GCHeapHardLimitPercent=0x32")]
    [InlineData("DOTNET_GCSERVER", "1", false, "Write DOTNET_gcServer=1")]
    [InlineData("COMPLUS_GCHeapCount", "4", false, "Write COMPlus_GCHeapCount=4")]
    [InlineData("DOTNET_GCSERVER", "1", true, null)]
    [InlineData("DOTNET_gcServer", "1", false, null)]
    [InlineData("DOTNET_GCSomethingElse", "1", false, null)]
    public void Case_NameThatIsNotRead_IsFound(string name, string value, bool isWindows, string? setting)
    {
        LimitFacts facts = WithVariable(name, value);
        MemoryLimitFinding? finding = MemoryLimitAdvisor.Advise(facts with { Host = facts.Host with { IsWindows = isWindows } }).Findings.SingleOrDefault(static each => each.Rule == "misspelled-setting");

        Assert.Equal(setting, finding?.Setting);
    }

    [Fact]
    public void NotSeen_LimitOfTheUserOnly_IsFoundAndSaysWhatToType()
    {
        MemoryLimitFinding finding = Only(Healthy with { Host = Healthy.Host with { GC = new GCConfiguration(), IsContainer = false }, HeapLimitBytes = null, Container = new ContainerDetails(), GCViewBytes = 16_000 * MB });

        Assert.Equal("limit-not-seen", finding.Rule);
        Assert.Contains("works with 16000 MB", finding.Fact, StringComparison.Ordinal);
        Assert.Contains("Set DOTNET_GCHeapHardLimit=0x18000000 (384 MB)", finding.Setting, StringComparison.Ordinal);
    }

    [Fact]
    public void AboveContainer_PercentageInForce_IsAnsweredWithOneOfWhatTheRuntimeDivides()
    {
        LimitFacts facts = Healthy with { MemoryLimitBytes = 256 * MB, Host = Healthy.Host with { GC = Healthy.Host.GC with { HeapHardLimitPercent = 75 } } };

        Assert.Contains("Set DOTNET_GCHeapHardLimitPercent=0x24 (36 %)", Only(facts).Setting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public void ServerInSmallContainer_WithoutAdaptiveSizing_IsFound(bool server, bool adaptive, bool isFound)
    {
        LimitFacts facts = Healthy with { Host = Healthy.Host with { GC = Healthy.Host.GC with { IsServer = server, IsAdaptive = adaptive } } };

        Assert.Equal(isFound, Has(facts, "server-gc-in-container"));
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(500, false)]
    [InlineData(256, true)]
    public void StaleView_CollectorSeesAnotherLimit_IsFound(long viewMB, bool isFound)
    {
        Assert.Equal(isFound, Has(Healthy with { GCViewBytes = viewMB * MB }, "stale-limit"));
    }

    [Fact]
    public void StaleView_LimitAboveTheMachinesMemory_IsSilent()
    {
        LimitFacts facts = Healthy with { Host = Healthy.Host with { PhysicalMemoryBytes = 400 * MB }, GCViewBytes = 400 * MB };

        Assert.False(Has(facts, "stale-limit"));
    }

    [Theory]
    [InlineData(200, 0, true)]
    [InlineData(200, 5, false)]
    [InlineData(30, 0, false)]
    public void Fragmentation_ManyFreeBytes_AreFoundUnlessTheCollectorConserves(long freeMB, long conserve, bool isFound)
    {
        LimitFacts facts = Healthy with
        {
            FragmentedBytes = freeMB * MB,
            Host = Healthy.Host with { GC = Healthy.Host.GC with { ConserveMemory = conserve } },
        };

        Assert.Equal(isFound, Has(facts, "fragmented-heap"));
    }

    [Theory]
    [InlineData(256, 90, true)]
    [InlineData(256, 80, false)]
    [InlineData(512, 90, false)]
    public void HighMemoryPercent_TinyContainer_IsFound(long limitMB, long percent, bool isFound)
    {
        LimitFacts facts = Healthy with
        {
            Container = Healthy.Container with { LimitBytes = limitMB * MB },
            Host = Healthy.Host with { GC = Healthy.Host.GC with { HighMemoryPercent = percent } },
        };

        Assert.Equal(isFound, Has(facts, "high-memory-percent"));
    }

    [Theory]
    [InlineData(79, true)]
    [InlineData(80, false)]
    public void TooSmall_BelowEightyMegabytes_IsFound(long limitMB, bool isFound)
    {
        Assert.Equal(isFound, Has(Healthy with { Container = Healthy.Container with { LimitBytes = limitMB * MB } }, "tiny-container"));
    }

    [Theory]
    [InlineData(true, null, false, true)]
    [InlineData(true, 512L, false, false)]
    [InlineData(false, null, false, false)]
    [InlineData(true, null, true, false)]
    public void NoLimit_ContainerWithoutOne_IsFound(bool isContainer, long? limitMB, bool isUnreadable, bool isFound)
    {
        LimitFacts facts = Healthy with
        {
            MemoryLimitBytes = limitMB * MB,
            Container = Healthy.Container with { LimitBytes = limitMB * MB, HasUnreadableLimit = isUnreadable },
            Host = Healthy.Host with { IsContainer = isContainer, GC = new GCConfiguration() },
            HeapLimitBytes = null,
        };

        Assert.Equal(isFound, Has(facts, "no-limit"));
    }

    [Theory]
    [InlineData(400, 250, true)]
    [InlineData(400, 150, false)]
    [InlineData(200, 150, false)]
    public void PageCache_MostOfAHighLoad_IsFound(long usageMB, long cacheMB, bool isFound)
    {
        LimitFacts facts = Healthy with { Container = Healthy.Container with { UsageBytes = usageMB * MB, ActiveFileBytes = cacheMB * MB } };

        Assert.Equal(isFound, Has(facts, "page-cache"));
    }

    [Theory]
    [InlineData(300, 512L, 270, true)]
    [InlineData(300, 512L, 269, false)]
    [InlineData(300, null, 270, true)]
    [InlineData(600, 512L, 500, false)]
    public void Throttled_UnreclaimableNearTheHighMark_IsFoundWhereTheLimitIsFurtherOff(long highMB, long? limitMB, long unreclaimableMB, bool isFound)
    {
        LimitFacts facts = Healthy with
        {
            Container = Healthy.Container with { HighBytes = highMB * MB, LimitBytes = limitMB * MB, UnreclaimableBytes = unreclaimableMB * MB },
        };

        Assert.Equal(isFound, Has(facts, "throttled"));
    }

    [Theory]
    [InlineData(102, false)]
    [InlineData(103, true)]
    public void AllocatorRetention_AboveAFifthOfTheLimit_IsFound(long freeMB, bool isFound)
    {
        Assert.Equal(isFound, Has(Healthy with { NativeFreeBytes = freeMB * MB }, "allocator-retention"));
    }

    [Theory]
    [InlineData(false, "The C library keeps", "MALLOC_ARENA_MAX=2")]
    [InlineData(true, "jemalloc keeps", "MALLOC_CONF=")]
    public void AllocatorRetention_EachAllocator_HasItsOwnSetting(bool isJemalloc, string fact, string setting)
    {
        LimitFacts facts = Healthy with { NativeFreeBytes = 900 * MB, IsJemalloc = isJemalloc };
        MemoryLimitFinding finding = Assert.Single(MemoryLimitAdvisor.Advise(facts).Findings, static one => one.Rule == "allocator-retention");

        Assert.StartsWith(fact, finding.Fact, StringComparison.Ordinal);
        Assert.Contains(setting, finding.Setting, StringComparison.Ordinal);
    }

    [Fact]
    public void Swap_InUse_IsFoundAndAllowedAloneIsNot()
    {
        Assert.True(Has(Healthy with { Container = Healthy.Container with { SwapLimitBytes = 512 * MB, SwapUsageBytes = 9 * MB } }, "swap-in-use"));
        Assert.False(Has(Healthy with { Container = Healthy.Container with { SwapLimitBytes = 512 * MB } }, "swap-in-use"));
        Assert.False(Has(Healthy with { Container = Healthy.Container with { LimitBytes = null, SwapUsageBytes = 9 * MB } }, "swap-in-use"));
    }

    [Theory]
    [InlineData(400, 3L, 400, true)]
    [InlineData(400, 0L, 500, true)]
    [InlineData(400, 0L, 400, false)]
    [InlineData(100, 3L, 512, false)]
    [InlineData(400, null, 400, false)]
    public void NearMiss_LimitWasMet_IsFoundUnlessPageCacheDidIt(long unreclaimableMB, long? hits, long peakMB, bool isFound)
    {
        LimitFacts facts = Healthy with
        {
            NewLimitHits = hits,
            Container = Healthy.Container with { UnreclaimableBytes = unreclaimableMB * MB, PeakBytes = peakMB * MB },
        };

        Assert.Equal(isFound, Has(facts, "near-miss"));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(0L, false)]
    [InlineData(2L, true)]
    public void EarlierKill_Counted_IsFound(long? kills, bool isFound)
    {
        Assert.Equal(isFound, Has(Healthy with { Container = Healthy.Container with { KillCount = kills } }, "earlier-kill"));
    }

    [Fact]
    public void Advise_SeveralFindings_PutsTheWorstFirst()
    {
        LimitFacts facts = Healthy with { LiveBytes = 380 * MB, FragmentedBytes = 200 * MB, Container = Healthy.Container with { KillCount = 1 } };

        Assert.Equal(["heap-nearly-full", "earlier-kill", "fragmented-heap"], MemoryLimitAdvisor.Advise(facts).Findings.Select(static finding => finding.Rule));
    }

    // What is outside the heap grows a little: the advice of yesterday must not be today's alarm.
    [Fact]
    public void Advise_AsAdvisedAndALittleMoreOutside_HasNoObjection()
    {
        LimitFacts facts = Healthy with { UnmanagedBytes = 120 * MB };
        string setting = Only(facts).Setting;
        int percent = int.Parse(setting.Split("0x")[1][..2], System.Globalization.NumberStyles.HexNumber);
        long heap = percent * 512 * MB / 100;

        LimitFacts followed = facts with { HeapLimitBytes = heap, UnmanagedBytes = 130 * MB, Host = facts.Host with { GC = facts.Host.GC with { HeapHardLimitBytes = heap, HeapHardLimitPercent = percent } } };

        Assert.Empty(MemoryLimitAdvisor.Advise(followed).Findings);
    }

    [Theory]
    [InlineData(120, 100, "Set DOTNET_GCHeapHardLimitPercent=0x42 (66 %), or raise the memory limit to 600 MB")]
    [InlineData(120, 320, "Raise the memory limit to 600 MB")]
    [InlineData(480, 10, "Raise the memory limit to 2400 MB")]
    public void UnmanagedShare_WhatLivesWouldNotFit_OnlyAdvisesALargerLimit(long unmanaged, long live, string setting)
    {
        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(Healthy with { UnmanagedBytes = unmanaged * MB, LiveBytes = live * MB });

        Assert.Equal(setting, Assert.Single(advice.Findings, static finding => finding.Rule == "unmanaged-share").Setting);
    }

    [Fact]
    public void Advise_MisreadNumberThatIsTooLargeToo_NamesOneNumberForTheSetting()
    {
        LimitFacts facts = WithVariable("DOTNET_GCHeapHardLimit", "200000000") with { HeapLimitBytes = 8192 * MB };
        facts = facts with { Host = facts.Host with { GC = facts.Host.GC with { HasConfiguredBytes = true, HeapHardLimitBytes = 8192 * MB } } };

        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(facts);

        Assert.Equal(["heap-limit-above-container", "hexadecimal-setting"], advice.Findings.Select(static finding => finding.Rule));
        Assert.StartsWith("Set DOTNET_GCHeapHardLimit=0x", advice.Findings[0].Setting, StringComparison.Ordinal);
        Assert.Equal("Write its number in hexadecimal, as above", advice.Findings[1].Setting);
    }

    // It restarts to take the setting over, and then divides the new limit.
    [Fact]
    public void AboveContainer_LimitWasLowered_PercentIsOfTheNewOne()
    {
        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(Healthy with { Container = Healthy.Container with { LimitBytes = 256 * MB, UsageBytes = 100 * MB, PeakBytes = 100 * MB, UnreclaimableBytes = 90 * MB }, MemoryLimitBytes = 256 * MB, GCViewBytes = 512 * MB });

        Assert.StartsWith("Set DOTNET_GCHeapHardLimitPercent=0x48 (72 %)", advice.Findings[0].Setting, StringComparison.Ordinal);
    }

    private static LimitFacts WithVariable(string name, string value) =>
        Healthy with { Host = Healthy.Host with { GC = Healthy.Host.GC with { Variables = [KeyValuePair.Create(name, value)] } } };

    private static LimitFacts Configured(LimitFacts facts, bool bytes) =>
        facts with { Host = facts.Host with { GC = facts.Host.GC with { HasConfiguredBytes = bytes } } };

    private static MemoryLimitFinding Only(LimitFacts facts) => Assert.Single(MemoryLimitAdvisor.Advise(facts).Findings);

    private static bool Has(LimitFacts facts, string rule) => MemoryLimitAdvisor.Advise(facts).Findings.Any(finding => finding.Rule == rule);
}
