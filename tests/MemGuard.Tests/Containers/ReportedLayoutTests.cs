using MemGuard.Containers;
using MemGuard.Limits;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

/// <summary>Environments from public reports: the limit that really counts, and no sentence that is untrue there.</summary>
public sealed class ReportedLayoutTests
{
    public static TheoryData<string> Layouts => new(ReportedLayout.All.Select(static layout => layout.Name));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Read_ReportedLayout_FindsTheLimit(string name)
    {
        ReportedLayout layout = ReportedLayout.All.Single(each => each.Name == name);
        using CgroupMemory memory = new(layout.Files, layout.GetNumber("view"));

        ContainerDetails details = memory.Read();

        Assert.Equal(layout.GetNumber("limit"), details.LimitBytes);
        if (layout.Tells("unreclaimable"))
        {
            Assert.Equal(layout.GetNumber("unreclaimable"), details.UnreclaimableBytes);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Advise_ReportedLayout_NeverSaysThereIsNoLimitWhereThatIsUnknown(string name)
    {
        ReportedLayout layout = ReportedLayout.All.Single(each => each.Name == name);
        MemoryLimitAdvice advice = Advise(layout);

        if (name.StartsWith("10-", StringComparison.Ordinal) || name.StartsWith("63-", StringComparison.Ordinal))
        {
            Assert.False(advice.IsMemoryLimitKnown);
            Assert.StartsWith("memory limit unknown", advice.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(advice.Findings, static finding => finding.Rule is "no-limit" or "stale-limit");
    }

    [Fact]
    public void Advise_SlowedDownWithoutALimit_IsFoundAndSaysWhatToType()
    {
        MemoryLimitFinding finding = Advise(ReportedLayout.All.Single(static layout => layout.Name.StartsWith("53-", StringComparison.Ordinal))).Findings.Single(static each => each.Rule == "throttled");

        Assert.Contains("which has happened 556,267 times", finding.Fact, StringComparison.Ordinal);
        Assert.Contains("or set DOTNET_GCHeapHardLimit=0x14000000 (320 MB)", finding.Setting, StringComparison.Ordinal);
    }

    [Fact]
    public void Advise_LimitThatOnlyShows_IsToldWithANumberForTheHeap()
    {
        MemoryLimitFinding finding = Advise(ReportedLayout.All.Single(static layout => layout.Name.StartsWith("35-", StringComparison.Ordinal))).Findings.Single(static each => each.Rule == "limit-not-seen");

        Assert.Contains("under the memory limit 4096 MB and works with 65536 MB", finding.Fact, StringComparison.Ordinal);
        Assert.Contains("Set DOTNET_GCHeapHardLimit=0xC0000000 (3072 MB)", finding.Setting, StringComparison.Ordinal);
    }

    private static MemoryLimitAdvice Advise(ReportedLayout layout)
    {
        using CgroupMemory memory = new(layout.Files, layout.GetNumber("view"));
        ContainerDetails details = memory.Read();
        long? heap = layout.GetNumber("heap");
        return MemoryLimitAdvisor.Advise(new LimitFacts
        {
            Host = new HostFacts
            {
                GC = new GCConfiguration { HeapHardLimitBytes = heap },
                PhysicalMemoryBytes = PhysicalMemory.Read(layout.Files),
                IsContainer = layout.GetNumber("container") != 0,
            },
            Container = details,
            MemoryLimitBytes = details.LimitBytes,
            HeapLimitBytes = heap,
            GCViewBytes = layout.GetNumber("view") ?? details.LimitBytes,
            UnmanagedBytes = layout.GetNumber("unmanaged"),
        });
    }
}
