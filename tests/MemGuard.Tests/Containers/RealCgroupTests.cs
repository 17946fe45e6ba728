using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

public sealed class RealCgroupTests
{
    private const long MB = 1 << 20;
    private const long Limit = 256 * MB;

    [CgroupFact]
    public void Sample_In256Megabytes_KnowsLimitsAndHeadroom()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit);

        Dictionary<string, string> report = group.Run(ContainerReport.Command);

        Assert.Equal(Limit, long.Parse(report["limit"]));
        Assert.Equal(Limit * 3 / 4, long.Parse(report["heapLimit"]));
        Assert.Equal("ContainerDefault", report["origin"]);

        // The native block, and at most 40 MB that the runtime itself takes; the page cache of its images is not in it.
        Assert.InRange(long.Parse(report["usage"]), ContainerReport.NativeMegabytes * MB, (ContainerReport.NativeMegabytes + 40) * MB);
        Assert.InRange(long.Parse(report["unmanaged"]), ContainerReport.NativeMegabytes * MB, (ContainerReport.NativeMegabytes + 40) * MB);
    }

    [CgroupFact]
    public void Advice_NativeShareAboveTheMargin_IsGivenAtTheDefaultOnly()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit);

        Assert.Equal(["high-memory-percent", "unmanaged-share"], Rules(group.Run(ContainerReport.Command)));
        Assert.Equal(["high-memory-percent"], Rules(group.Run(ContainerReport.Command, ("DOTNET_GCHeapHardLimitPercent", "0x28"))));
    }

    [CgroupFact]
    public void Advice_HeapLimitAboveTheContainers_IsGiven()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit);

        Dictionary<string, string> report = group.Run(ContainerReport.Command, ("DOTNET_GCHeapHardLimit", "0x12C00000"));

        Assert.Equal(["heap-limit-above-container", "high-memory-percent"], Rules(report));
        Assert.Equal("ConfiguredBytes", report["origin"]);
    }

    [CgroupFact]
    public void Advice_DecimalPercentage_IsGiven()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit * 4);

        Assert.Equal(["hexadecimal-setting"], Rules(group.Run(ContainerReport.Command, ("DOTNET_GCHeapHardLimitPercent", "75"))));
    }

    [CgroupFact]
    public void Advice_ContainerWithoutLimit_IsGiven()
    {
        using MemoryCgroup group = MemoryCgroup.Create(null);

        Assert.Equal(["no-limit"], Rules(group.Run(ContainerReport.Command, ("DOTNET_RUNNING_IN_CONTAINER", "true"))));
    }

    [CgroupFact]
    public void Sample_BelowAGroupThatHasTheLimit_KnowsIt()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit, isParents: true);

        Dictionary<string, string> report = group.Run(ContainerReport.Command);

        Assert.Equal((Limit, Limit * 3 / 4), (long.Parse(report["limit"]), long.Parse(report["heapLimit"])));
        Assert.Equal(["high-memory-percent", "unmanaged-share"], Rules(report));
    }

    [CgroupFact]
    public void Sample_LimitRaisedAndLoweredAtRunTime_IsFollowedAndSaidToBeStaleForTheCollector()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit);

        Dictionary<string, string> report = group.Run(ContainerReport.ChangesCommand);

        Assert.Equal($"{Limit} high-memory-percent", report["start"]);
        Assert.Equal($"{2 * Limit} stale-limit", report["raised"]);
        Assert.StartsWith($"{Limit / 2} heap-limit-above-container,", report["lowered"], StringComparison.Ordinal);
        Assert.Contains("stale-limit", report["lowered"], StringComparison.Ordinal);
    }

    // The collector's range is found by an object in it: each start of the runtime lays it out anew.
    [CgroupFact]
    public void Sample_ManyStartsInSmallAndLargerGroups_HaveTheHeapsRow()
    {
        int starts = SoakLength.IsLong ? 100 : 2;
        foreach (long megabytes in (long[])[64, 128, 256, 512])
        {
            using MemoryCgroup group = MemoryCgroup.Create(megabytes * MB);
            for (int start = 0; start < starts; start++)
            {
                Assert.True(long.TryParse(group.Run(ContainerReport.HeapCommand)["heap"], out long heap) && heap > 0, $"start {start} at {megabytes} MB");
            }
        }
    }

    private static string[] Rules(Dictionary<string, string> report) =>
        [.. report["rules"].Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
