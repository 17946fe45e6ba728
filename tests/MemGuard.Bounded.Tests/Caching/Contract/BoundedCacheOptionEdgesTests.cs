namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheOptionEdgesTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public static TheoryData<BoundedCacheOptions<int, int>> AtTheEdge => new()
    {
        new BoundedCacheOptions<int, int> { Capacity = int.MaxValue, MaxWeight = 1, Weigher = static (_, _) => 1 },
        new BoundedCacheOptions<int, int> { Capacity = 1, TimeToLive = Shortest, SlidingExpiration = Shortest, StaleFor = Shortest },
        new BoundedCacheOptions<int, int> { Capacity = 1, TimeToLive = TimeSpan.MaxValue, RefreshAfter = Shortest, MaxConcurrentRefreshes = 1 },
        new BoundedCacheOptions<int, int> { Capacity = 1, TimeToLive = Shortest + TimeSpan.FromTicks(1), RefreshAfter = Shortest },
        new BoundedCacheOptions<int, int> { Capacity = 1, RefreshAfter = Shortest, StaleFor = Shortest },
        new BoundedCacheOptions<int, int> { Capacity = 1, ItemTimeToLive = static (_, _) => Shortest, StaleFor = Shortest },
        new BoundedCacheOptions<int, int> { Capacity = 1, ItemSlidingExpiration = static (_, _) => Shortest, StaleFor = Shortest },
        new BoundedCacheOptions<int, int> { Capacity = 1, FactoryTimeout = TimeSpan.FromDays(49), EvictionPolicy = EvictionPolicy.LeastRecentlyUsed },
    };

    [Theory]
    [MemberData(nameof(AtTheEdge))]
    public void Constructor_EverythingAtItsEdge_TakesEntries(BoundedCacheOptions<int, int> options)
    {
        using BoundedCache<int, int> cache = new(options);

        Assert.Empty(options.GetErrors());
        Assert.Equal(CacheSetResult.Added, cache.Set(1, 1));
    }

    [Fact]
    public void Constructor_FixedSlidingExpirationWithARenewal_IsRefused()
    {
        BoundedCacheOptions<int, int> options = new() { Capacity = 1, RefreshAfter = Shortest, SlidingExpiration = Shortest };

        Assert.StartsWith("RefreshAfter cannot be combined with a sliding expiration", Assert.Single(options.GetErrors()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users", "BoundedCache \"users\": Capacity must be at least 1, but is 0.")]
    [InlineData(null, "Capacity must be at least 1, but is 0.")]
    public void Constructor_OptionIsWrong_NamesTheArgumentAndTheCache(string? name, string message)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new BoundedCache<int, int>(new() { Name = name }));

        Assert.Equal("options", refused.ParamName);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_NothingSet_AreTheDocumentedDefaults()
    {
        BoundedCacheOptions<int, int> options = new();

        Assert.Equal((null, 0, null), (options.Name, options.Capacity, options.MaxWeight));
        Assert.Equal((null, null, null), (options.TimeToLive, options.SlidingExpiration, options.StaleFor));
        Assert.Equal((null, 4, null), (options.RefreshAfter, options.MaxConcurrentRefreshes, options.FactoryTimeout));
        Assert.Equal((false, EvictionPolicy.Adaptive), (options.PreciseExpiration, options.EvictionPolicy));
        Assert.Equal((true, true, false), (options.TrackStatistics, options.ShrinkUnderPressure, options.DisposeValues));
        Assert.Null(options.Weigher);
        Assert.Null(options.ItemTimeToLive);
        Assert.Null(options.ItemSlidingExpiration);
        Assert.Null(options.EntryRemoved);
        Assert.Null(options.KeyComparer);
    }

    [Fact]
    public void Constructor_OptionsChangedLater_HaveNoEffect()
    {
        List<EvictionReason> reasons = [];
        BoundedCacheOptions<int, int> options = new() { Capacity = 2, MaxWeight = 10, Weigher = static (_, value) => value, EntryRemoved = (_, _, reason) => reasons.Add(reason) };
        BoundedCache<int, int> cache = new(options);

        options.Capacity = 1;
        options.MaxWeight = 1;
        options.Weigher = static (_, _) => 100;
        options.EntryRemoved = null;
        cache.Set(1, 4);
        cache.Set(2, 6);
        long weight = cache.GetStatistics().CurrentWeight!.Value;
        cache.TryRemove(1);

        Assert.Equal((2, 10L, 10L), (cache.Capacity, cache.MaxWeight!.Value, weight));
        Assert.Equal([EvictionReason.Removed], reasons);
    }
}
