using MemGuard.Containers;

namespace MemGuard.Tests.Containers;

public sealed class GCConfigurationTests
{
    [Theory]
    [InlineData(0L, 0L, null, HeapLimitOrigin.None)]
    [InlineData(201326592L, 0L, null, HeapLimitOrigin.ContainerDefault)]
    [InlineData(201326592L, 117L, null, HeapLimitOrigin.ContainerDefault)]
    [InlineData(214748364L, 80L, null, HeapLimitOrigin.ConfiguredPercent)]
    [InlineData(314572800L, 0L, "0x12C00000", HeapLimitOrigin.ConfiguredBytes)]
    [InlineData(201326592L, 0L, "zero", HeapLimitOrigin.ContainerDefault)]
    public void Origin_WhatTheRuntimeReports_NamesTheSource(long hardLimit, long percent, string? variable, HeapLimitOrigin origin)
    {
        GCConfiguration configuration = From(
            new() { ["GCHeapHardLimit"] = hardLimit, ["GCHeapHardLimitPercent"] = percent },
            variable is null ? [] : [KeyValuePair.Create("DOTNET_GCHeapHardLimit", variable)]);

        Assert.Equal(origin, configuration.Origin);
        Assert.Equal(hardLimit > 0 ? hardLimit : null, configuration.HeapHardLimitBytes);
    }

    [Fact]
    public void From_ServerWithAdaptiveSizing_IsAdaptive()
    {
        Assert.True(From(new() { ["GCDynamicAdaptationMode"] = 1L }, [], isServer: true).IsAdaptive);
        Assert.False(From(new() { ["GCDynamicAdaptationMode"] = 0L }, [], isServer: true).IsAdaptive);
        Assert.False(From(new() { ["GCDynamicAdaptationMode"] = 1L }, []).IsAdaptive);
    }

    [Fact]
    public void From_UnknownOrStrangeValues_KeepsTheDefaults()
    {
        GCConfiguration configuration = From(new() { ["GCHeapHardLimit"] = "text", ["GCHighMemPercent"] = 0L }, []);

        Assert.Null(configuration.HeapHardLimitBytes);
        Assert.Equal(90, configuration.HighMemoryPercent);
    }

    [Fact]
    public void Read_ThisProcess_Succeeds() => Assert.InRange(GCConfiguration.Read().HighMemoryPercent, 1, 99);

    private static GCConfiguration From(Dictionary<string, object> values, KeyValuePair<string, string>[] variables, bool isServer = false) =>
        GCConfiguration.From(values, variables, hasConfiguredBytes: false, isServer);
}
