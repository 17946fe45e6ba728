using MemGuard.Bounded;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using ZiggyCreatures.Caching.Fusion;

namespace MemGuard.Caching.Tests;

/// <summary>Libraries that ask for a memory cache work on this one, unchanged.</summary>
public sealed class LibraryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddBoundedMemoryCache_BesideTheFrameworks_IsTheOneThatIsGiven(bool isFirst)
    {
        ServiceCollection services = new();
        if (isFirst)
        {
            services.AddBoundedMemoryCache(static options => options.Capacity = 7).AddMemoryCache();
        }
        else
        {
            services.AddMemoryCache().AddBoundedMemoryCache(static options => options.Capacity = 9).AddBoundedMemoryCache(static options => options.Capacity = 7);
        }

        using ServiceProvider provider = services.BuildServiceProvider();
        BoundedMemoryCache cache = Assert.IsType<BoundedMemoryCache>(provider.GetRequiredService<IMemoryCache>());

        Assert.Same(cache, provider.GetRequiredService<BoundedMemoryCache>());
        Assert.Throws<ArgumentException>(() => services.AddBoundedMemoryCache(static options => options.Capacity = 0));
        for (int i = 0; i < 100; i++)
        {
            cache.Set(i, i);
        }

        Assert.Equal(7, cache.Count);
    }

    [Fact]
    public async Task HybridCache_OnTheBoundedCache_CreatesOnceAndStaysWithinTheBound()
    {
        ServiceCollection services = new();
        services.AddBoundedMemoryCache(static options => options.Capacity = 20);
        services.AddHybridCache();
        await using ServiceProvider provider = services.BuildServiceProvider();
        HybridCache hybrid = provider.GetRequiredService<HybridCache>();
        int calls = 0;

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("value", await hybrid.GetOrCreateAsync("a", _ => Create("value"), tags: ["all"]));
        }

        Assert.Equal(1, calls);
        await hybrid.RemoveAsync("a");
        Assert.Equal("other", await hybrid.GetOrCreateAsync("a", _ => Create("other"), tags: ["all"]));
        await hybrid.RemoveByTagAsync("all");
        Assert.Equal("third", await hybrid.GetOrCreateAsync("a", _ => Create("third"), tags: ["all"]));
        for (int i = 0; i < 500; i++)
        {
            await hybrid.SetAsync($"k{i}", $"{i}");
        }

        Assert.InRange(provider.GetRequiredService<BoundedMemoryCache>().Count, 1, 20);

        ValueTask<string> Create(string value)
        {
            calls++;
            return ValueTask.FromResult(value);
        }
    }

    [Fact]
    public async Task EntityFramework_QueryCacheOnTheBoundedCache_IsUsedAndBounded()
    {
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { Capacity = 50, SizeLimit = 10_000 });
        DbContextOptions<Shop> options = new DbContextOptionsBuilder<Shop>().UseInMemoryDatabase(Guid.NewGuid().ToString()).UseMemoryCache(cache).Options;
        await using (Shop shop = new(options))
        {
            shop.Orders.AddRange(Enumerable.Range(1, 100).Select(static id => new Order { Id = id, Total = 10 * id }));
            await shop.SaveChangesAsync();
        }

        for (int i = 0; i < 5; i++)
        {
            await using Shop shop = new(options);
            int most = 100 * (i + 1);
            Assert.Equal(10 * (i + 1), await shop.Orders.CountAsync(order => order.Total <= most));
        }

        MemoryCacheStatistics statistics = cache.GetCurrentStatistics()!;
        Assert.InRange(statistics.TotalHits, 4, long.MaxValue);
        Assert.InRange(cache.Count, 1, 50);
    }

    [Fact]
    public async Task FusionCache_OnTheBoundedCache_CreatesOnceExpiresAndStaysWithinTheBound()
    {
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { Capacity = 20 });
        using FusionCache fusion = new(new FusionCacheOptions(), cache);
        int calls = 0;

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, await fusion.GetOrSetAsync("a", _ => Task.FromResult(++calls), TimeSpan.FromHours(1)));
        }

        await fusion.RemoveAsync("a");
        Assert.Equal(2, fusion.GetOrSet("a", _ => ++calls, TimeSpan.FromHours(1)));
        for (int i = 0; i < 500; i++)
        {
            await fusion.SetAsync($"k{i}", i);
        }

        Assert.InRange(cache.Count, 1, 20);
        Assert.Contains(BoundedStructures.GetUsage(), static usage => usage is { Name: "memory_cache", Kind: StructureKind.Cache });
    }

    private sealed class Order
    {
        public int Id { get; set; }

        public int Total { get; set; }
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();
    }
}
