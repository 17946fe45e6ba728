using MemGuard.Testing;
using Microsoft.AspNetCore.Builder;
using Xunit.Abstractions;

namespace SoakInCI;

/// <summary>Over sockets of 127.0.0.1: what connections, pipes and the client keep counts as well.</summary>
public sealed class KestrelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Request_ToTheRepairedShop_LeavesNothingBehind() =>
        await RunAsync(isLeaking: false, static get => MemoryAssert.DoesNotGrowAsync(get, iterations: 64));

    [Fact]
    public async Task Request_ToTheLeakingShop_IsFound() => await RunAsync(isLeaking: true, async get =>
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.DoesNotGrowAsync(get, iterations: 64));
        output.WriteLine(failure.Message);
        Assert.True(failure.Message.Contains("+1.00 Visit", StringComparison.Ordinal), failure.Message);
        Assert.True(failure.Message.Contains("UnboundedLooks", StringComparison.Ordinal), failure.Message);
    });

    private static async Task RunAsync(bool isLeaking, Func<Func<Task>, Task> test)
    {
        WebApplicationBuilder builder = Shop.CreateBuilder(isLeaking);
        Shop.UseLoopback(builder);
        await using WebApplication app = Shop.Build(builder);
        await app.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.Single()) };
        await test(async () => await client.GetStringAsync(new Uri("/orders/1", UriKind.Relative)));
    }
}
