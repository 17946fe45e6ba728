using System.Threading.Channels;
using MemGuard.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.AspNetCore.Tests.Audit;

public sealed class StartupAuditTests
{
    private const int Id = 6010;

    [Fact]
    public async Task Start_OfAnApplicationThatBoundsAll_SaysNothing()
    {
        await using TestSite site = await StartAsync(static services => services.AddSignalR());

        Assert.DoesNotContain(site.Logs.GetSnapshot(), static line => line.Id.Id == Id);
    }

    [Fact]
    public async Task Start_OfOneThatBoundsNothing_IsOneLineWithEachSetting()
    {
        await using TestSite site = await StartAsync(static services =>
        {
            services.Configure<KestrelServerOptions>(static options =>
            {
                options.Limits.MaxRequestBodySize = null;
                options.Limits.MaxRequestBufferSize = null;
                options.Limits.MaxResponseBufferSize = null;
                options.Limits.MaxRequestHeaderCount = int.MaxValue;
            });
            services.Configure<FormOptions>(static options =>
            {
                options.BufferBody = true;
                options.BufferBodyLengthLimit = long.MaxValue;
                options.ValueCountLimit = int.MaxValue;
                options.MultipartBodyLengthLimit = long.MaxValue;
            });
            services.AddMemoryCache();
            services.AddSignalR();
            services.Configure<HubOptions>(static options => options.MaximumReceiveMessageSize = null);
            services.AddSingleton(Channel.CreateUnbounded<int>());
        });

        string line = Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == Id).Message;

        Assert.All(
            (string[])["MaxRequestBodySize", "MaxRequestBufferSize", "MaxResponseBufferSize", "MaxRequestHeadersTotalSize", "BufferBodyLengthLimit", "ValueCountLimit", "MultipartBodyLengthLimit", "SizeLimit", "MaximumReceiveMessageSize", "Channel<Int32>"],
            setting => Assert.Contains(setting, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithBoundedCacheAndChannel_DoesNotNameThem()
    {
        await using TestSite site = await StartAsync(static services =>
        {
            services.AddMemoryCache(static options => options.SizeLimit = 1000);
            services.AddSingleton(Channel.CreateBounded<int>(10));
            services.Configure<KestrelServerOptions>(static options => options.Limits.MaxRequestBodySize = null);
        });

        Assert.Equal("Unbounded in this application: request bodies (KestrelServerLimits.MaxRequestBodySize). Set what strangers can fill.", Assert.Single(site.Logs.GetSnapshot(), static line => line.Id.Id == Id).Message);
    }

    private static Task<TestSite> StartAsync(Action<IServiceCollection> configure) => TestSite.StartAsync(Shop.In("off"), static _ => { }, services: services =>
    {
        configure(services);
        new Builder(services).AddStartupAudit();
        new Builder(services).AddStartupAudit();
    });

    private sealed record Builder(IServiceCollection Services) : IMemGuardBuilder;
}
