namespace MemGuard.Tests.Containers;

public sealed class RealCgroupTests
{
    private const long MB = 1 << 20;
    private const long Limit = 256 * MB;
    private const string Command = "container-report";

    [CgroupFact]
    public void Sample_In256Megabytes_KnowsLimitsAndHeadroom()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit);

        Dictionary<string, string> report = group.Run(Command);

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

        Assert.Equal(["high-memory-percent", "unmanaged-share"], Rules(group.Run(Command)));
        Assert.Equal(["high-memory-percent"], Rules(group.Run(Command, ("DOTNET_GCHeapHardLimitPercent", "0x28"))));
    }

    [CgroupFact]
    public void Advice_HeapLimitAboveTheContainers_IsGiven()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit);

        Dictionary<string, string> report = group.Run(Command, ("DOTNET_GCHeapHardLimit", "0x12C00000"));

        Assert.Equal(["heap-limit-above-container", "high-memory-percent"], Rules(report));
        Assert.Equal("ConfiguredBytes", report["origin"]);
    }

    [CgroupFact]
    public void Advice_DecimalPercentage_IsGiven()
    {
        using MemoryCgroup group = MemoryCgroup.Create(Limit * 4);

        Assert.Equal(["hexadecimal-setting"], Rules(group.Run(Command, ("DOTNET_GCHeapHardLimitPercent", "75"))));
    }

    [CgroupFact]
    public void Advice_ContainerWithoutLimit_IsGiven()
    {
        using MemoryCgroup group = MemoryCgroup.Create(null);

        Assert.Equal(["no-limit"], Rules(group.Run(Command, ("DOTNET_RUNNING_IN_CONTAINER", "true"))));
    }

    private static string[] Rules(Dictionary<string, string> report) =>
        [.. report["rules"].Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
