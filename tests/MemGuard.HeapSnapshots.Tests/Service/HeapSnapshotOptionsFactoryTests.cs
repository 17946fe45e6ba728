using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemGuard.HeapSnapshots.Tests.Service;

public sealed class HeapSnapshotOptionsFactoryTests
{
    [Theory]
    [InlineData("MaxPause", "soon")]
    [InlineData("MaxPerDay", "-1")]
    public async Task Start_MemGuardIsOff_WhateverTheOptionsHold(string option, string value)
    {
        using IHost host = Create(("MemGuard:Enabled", "false"), ("MemGuard:HeapSnapshots:" + option, value));

        await host.StartAsync();

        Assert.False(host.Services.GetRequiredService<IOptions<MemGuardOptions>>().Value.Enabled);
        await host.StopAsync();
    }

    [Fact]
    public async Task Start_MemGuardIsOn_ABadOptionStopsTheHostAndIsNamed()
    {
        using IHost host = Create(("MemGuard:HeapSnapshots:MaxPerDay", "-1"));

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("MaxPerDay", exception.Message, StringComparison.Ordinal);
    }

    private static IHost Create(params (string Key, string? Value)[] configuration)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value)));
        builder.Services.AddMemGuard().AddHeapSnapshots();
        return builder.Build();
    }
}
