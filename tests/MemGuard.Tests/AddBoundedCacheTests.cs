using MemGuard.Bounded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemGuard.Tests;

public sealed class AddBoundedCacheTests
{
    [Fact]
    public void AddBoundedCache_TwoNames_GivesTwoCachesUnderTheirNames()
    {
        ServiceCollection services = new();
        services.AddBoundedCache<string, int>("users", static options => options.Capacity = 10);
        services.AddBoundedCache<string, int>("pages", static options => options.Capacity = 20);
        using ServiceProvider provider = services.BuildServiceProvider();

        BoundedCache<string, int> users = provider.GetRequiredKeyedService<BoundedCache<string, int>>("users");
        BoundedCache<string, int> pages = provider.GetRequiredKeyedService<BoundedCache<string, int>>("pages");

        Assert.Equal(10, users.Capacity);
        Assert.Equal(20, pages.Capacity);
        Assert.Same(users, provider.GetRequiredKeyedService<BoundedCache<string, int>>("users"));
        Assert.Contains(BoundedStructures.GetUsage(), static usage => usage.Name == "users" && usage.Capacity == 10);
    }

    [Fact]
    public void AddBoundedCache_Section_BindsBoundsAndDelegatesAreAdded()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Caches:Users:Capacity"] = "123",
            ["Caches:Users:MaxWeight"] = "5000",
            ["Caches:Users:TimeToLive"] = "00:05:00",
            ["Caches:Users:EvictionPolicy"] = "LeastRecentlyUsed",
            ["Caches:Users:TrackStatistics"] = "false",
        }).Build();
        ServiceCollection services = new();
        services.AddBoundedCache<string, string>(
            "users", configuration.GetSection("Caches:Users"), static options => options.Weigher = static (_, value) => value.Length);
        using ServiceProvider provider = services.BuildServiceProvider();

        BoundedCacheOptions<string, string> options = provider.GetRequiredService<IOptionsMonitor<BoundedCacheOptions<string, string>>>().Get("users");
        BoundedCache<string, string> cache = provider.GetRequiredKeyedService<BoundedCache<string, string>>("users");

        Assert.Equal(123, cache.Capacity);
        Assert.Equal(5000, cache.MaxWeight);
        Assert.Equal(TimeSpan.FromMinutes(5), options.TimeToLive);
        Assert.Equal(EvictionPolicy.LeastRecentlyUsed, options.EvictionPolicy);
        Assert.Null(cache.GetStatistics().TotalHits);
    }

    [Fact]
    public async Task AddBoundedCache_WrongOptions_StopsTheHostAtItsStartAndNamesThem()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddBoundedCache<string, int>("users", static options =>
        {
            options.Capacity = -1;
            options.TimeToLive = TimeSpan.Zero;
        });
        using IHost host = builder.Build();

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("\"users\": Capacity must be at least 1, but is -1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("TimeToLive", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddBoundedCache_SameNameTwice_IsOneCacheWithBothConfigurations()
    {
        ServiceCollection services = new();
        services.AddBoundedCache<string, int>("users", static options => options.Capacity = 10);
        services.AddBoundedCache<string, int>("users", static options => options.TimeToLive = TimeSpan.FromMinutes(1));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Single(provider.GetKeyedServices<BoundedCache<string, int>>("users"));
        Assert.Equal(10, provider.GetRequiredKeyedService<BoundedCache<string, int>>("users").Capacity);
    }
}
