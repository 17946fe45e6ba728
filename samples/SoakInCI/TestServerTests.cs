using MemGuard.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace SoakInCI;

/// <summary>Over <c>TestServer</c>: no sockets, so a request costs microseconds and a verdict seconds.</summary>
public sealed class TestServerTests(ITestOutputHelper output)
{
    // The short form decides within seconds; MEMGUARD_SOAK=1, at night for example, takes the whole budget.
    private static readonly SoakOptions Budget = Environment.GetEnvironmentVariable("MEMGUARD_SOAK") == "1" ? new() : new() { MaxIterations = 2_400 };

    [Fact]
    public async Task Orders_OfTheRepairedShop_AreStable() => await RunAsync(isLeaking: false, static async (_, get) =>
    {
        SoakResult result = await SoakTest.RunAsync(get, Budget);
        MemoryAssert.IsStable(result);
    });

    [Fact]
    public async Task Orders_OfTheLeakingShop_AreFound() => await RunAsync(isLeaking: true, async (_, get) =>
    {
        SoakResult result = await SoakTest.RunAsync(get, Budget);

        // A test of your own ends with IsStable; here it must fail, and say who holds the memory.
        MemoryAssertionException failure = Assert.Throws<MemoryAssertionException>(() => MemoryAssert.IsStable(result));
        output.WriteLine(failure.Message);
        Assert.True(failure.Message.Contains("UnboundedLooks._visits", StringComparison.Ordinal), failure.Message);
    });

    [Fact]
    public async Task Scopes_OfTheRepairedShop_EndWithTheirRequests() =>
        await RunAsync(isLeaking: false, static (services, get) => MemoryAssert.HasNoLeaksAsync(services, get));

    [Fact]
    public async Task Scopes_OfTheLeakingShop_AreFound() => await RunAsync(isLeaking: true, async (services, get) =>
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.HasNoLeaksAsync(services, get));
        output.WriteLine(failure.Message);
        Assert.True(failure.Message.Contains("256 Visit, held by DI singleton UnboundedLooks._visits", StringComparison.Ordinal), failure.Message);
    });

    private static async Task RunAsync(bool isLeaking, Func<IServiceCollection, Func<CancellationToken, Task>, Task> test)
    {
        WebApplicationBuilder builder = Shop.CreateBuilder(isLeaking);
        builder.WebHost.UseTestServer();
        await using WebApplication app = Shop.Build(builder);
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();
        await test(builder.Services, async cancellationToken => await client.GetStringAsync(new Uri("/orders/1", UriKind.Relative), cancellationToken));
    }
}
