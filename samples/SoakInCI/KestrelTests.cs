using MemGuard.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace SoakInCI;

/// <summary>Over sockets of 127.0.0.1: what connections, pipes and the client keep counts as well.</summary>
public sealed class KestrelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Request_ToTheRepairedShop_LeavesNothingBehind() =>
        await RunAsync(isLeaking: false, static (_, get) => MemoryAssert.DoesNotGrowAsync(get, iterations: 64));

    [Fact]
    public async Task Request_ToTheLeakingShop_IsFound() => await RunAsync(isLeaking: true, async (_, get) =>
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.DoesNotGrowAsync(get, iterations: 64));
        output.WriteLine(failure.Message);
        Assert.True(failure.Message.Contains("+1.00 Visit", StringComparison.Ordinal), failure.Message);
        Assert.True(failure.Message.Contains("UnboundedLooks._visits", StringComparison.Ordinal), failure.Message);
    });

    [Fact]
    public async Task Scopes_OfTheRepairedShop_EndWithTheirRequests() =>
        await RunAsync(isLeaking: false, static (services, get) => MemoryAssert.HasNoLeaksAsync(services, _ => get()));

    [Fact]
    public async Task Scopes_OfTheLeakingShop_AreFound() => await RunAsync(isLeaking: true, async (services, get) =>
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.HasNoLeaksAsync(services, _ => get()));
        output.WriteLine(failure.Message);
        Assert.True(failure.Message.Contains("256 Visit, held by DI singleton UnboundedLooks._visits", StringComparison.Ordinal), failure.Message);
    });

    private static async Task RunAsync(bool isLeaking, Func<IServiceCollection, Func<Task>, Task> test)
    {
        WebApplicationBuilder builder = Shop.CreateBuilder(isLeaking);
        Shop.UseLoopback(builder);
        await using WebApplication app = Shop.Build(builder);
        await app.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.Single()) };
        await test(builder.Services, async () => await client.GetStringAsync(new Uri("/orders/1", UriKind.Relative)));
    }
}
