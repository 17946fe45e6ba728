namespace MemGuard.Bounded.Tests.Caching;

public class BoundedCacheOptionsTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1);

    public static TheoryData<string, BoundedCacheOptions<string, string>> Wrong => new()
    {
        { "Capacity must be at least 1, but is 0.", new() { Capacity = 0 } },
        { "MaxWeight must be at least 1, but is 0.", new() { Capacity = 1, MaxWeight = 0, Weigher = static (_, _) => 1 } },
        { "MaxWeight and Weigher go together: set both or neither.", new() { Capacity = 1, MaxWeight = 1 } },
        { "MaxWeight and Weigher go together: set both or neither.", new() { Capacity = 1, Weigher = static (_, _) => 1 } },
        { "TimeToLive must be at least 1 millisecond, but is 00:00:00.0009999.", new() { Capacity = 1, TimeToLive = Short } },
        { "SlidingExpiration must be at least 1 millisecond, but is 00:00:00.0009999.", new() { Capacity = 1, SlidingExpiration = Short } },
        { "StaleFor must be at least 1 millisecond, but is 00:00:00.0009999.", new() { Capacity = 1, TimeToLive = TimeSpan.FromSeconds(1), StaleFor = Short } },
        { "StaleFor needs TimeToLive: without it no entry grows stale.", new() { Capacity = 1, StaleFor = TimeSpan.FromSeconds(1) } },
        { "RefreshAfter must be at least 1 millisecond and below TimeToLive, but is 00:00:00.0009999.", new() { Capacity = 1, RefreshAfter = Short } },
        { "RefreshAfter must be at least 1 millisecond and below TimeToLive, but is 00:00:05.", new() { Capacity = 1, RefreshAfter = TimeSpan.FromSeconds(5), TimeToLive = TimeSpan.FromSeconds(5) } },
        {
            "RefreshAfter cannot be combined with a sliding expiration: an age by the last write and one by the last read contradict each other.",
            new() { Capacity = 1, RefreshAfter = TimeSpan.FromSeconds(1), ItemSlidingExpiration = static (_, _) => TimeSpan.FromSeconds(5) }
        },
        { "MaxConcurrentRefreshes must be at least 1, but is 0.", new() { Capacity = 1, MaxConcurrentRefreshes = 0 } },
        { "FactoryTimeout must be from 1 millisecond to 49 days, but is 00:00:00.0009999.", new() { Capacity = 1, FactoryTimeout = Short } },
        { "FactoryTimeout must be from 1 millisecond to 49 days, but is 50.00:00:00.", new() { Capacity = 1, FactoryTimeout = TimeSpan.FromDays(50) } },
        { "EvictionPolicy must be Adaptive or LeastRecentlyUsed, but is 7.", new() { Capacity = 1, EvictionPolicy = (EvictionPolicy)7 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void GetErrors_OneOptionIsWrong_NamesItAndItsRange(string error, BoundedCacheOptions<string, string> options)
    {
        Assert.Equal([error], options.GetErrors());
        Assert.StartsWith(error, Assert.ThrowsAny<ArgumentException>(() => new BoundedCache<string, string>(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetErrors_EverythingAtItsLeast_HasNone()
    {
        TimeSpan least = TimeSpan.FromMilliseconds(1);
        BoundedCacheOptions<string, string> options = new()
        {
            Capacity = 1,
            MaxWeight = 1,
            Weigher = static (_, _) => 1,
            TimeToLive = 2 * least,
            StaleFor = least,
            RefreshAfter = least,
            MaxConcurrentRefreshes = 1,
            FactoryTimeout = least,
        };

        Assert.Empty(options.GetErrors());
        Assert.Empty(new BoundedCacheOptions<string, string> { Capacity = 1, SlidingExpiration = least, StaleFor = least }.GetErrors());
    }

    [Fact]
    public void GetErrors_SeveralAreWrong_NamesEach() =>
        Assert.Equal(3, new BoundedCacheOptions<string, string> { Capacity = -1, MaxConcurrentRefreshes = -1, TimeToLive = TimeSpan.Zero }.GetErrors().Count());
}
