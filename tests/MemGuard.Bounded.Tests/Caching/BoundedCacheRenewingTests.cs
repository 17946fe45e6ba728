using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>Refresh ahead: the present value at once, a new one in the background.</summary>
public sealed class BoundedCacheRenewingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly AsyncLocal<object?> Ambient = new();

    private readonly TimerCountingTimeProvider _time = new();
    private readonly BoundedCache<string, int> _cache;

    public BoundedCacheRenewingTests() => _cache = Create();

    public static TheoryData<bool, EvictionPolicy> Ways => new()
    {
        { false, EvictionPolicy.Adaptive }, { true, EvictionPolicy.Adaptive }, { false, EvictionPolicy.LeastRecentlyUsed }, { true, EvictionPolicy.LeastRecentlyUsed },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrAdd_ValueIsOldEnough_ReturnsItAndRenewsItOnce(bool isAsync, EvictionPolicy policy)
    {
        BoundedCache<string, int> cache = Create(policy);
        TaskCompletionSource<int> source = new();
        int calls = 0;
        cache.Set("a", 1);
        _time.Step(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await Get());
        Assert.Equal(0, cache.GetStatistics().CurrentRefreshes);
        _time.Step(TimeSpan.FromMilliseconds(1));

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(1, await Get());
        }

        Assert.Equal(1, cache.GetStatistics().CurrentRefreshes);
        source.SetResult(2);

        AwaitRefreshes(cache, 1);
        Assert.Equal(1, calls);
        Assert.Equal(2, await Get());
        Assert.True(cache.TryGetValue("a", out int value) && value == 2);
        Assert.Equal((0, 0), (cache.GetStatistics().CurrentRefreshes, cache.GetStatistics().CurrentFactories));

        async Task<int> Get() => isAsync
            ? await cache.GetOrAddAsync("a", (_, _) =>
            {
                Interlocked.Increment(ref calls);
                return new ValueTask<int>(source.Task);
            })
            : cache.GetOrAdd("a", _ =>
            {
                Interlocked.Increment(ref calls);
                return source.Task.GetAwaiter().GetResult();
            });
    }

    [Fact]
    public void GetOrAdd_ManyThreadsOnADueValue_RenewItOnce()
    {
        for (int round = 1; round <= 100; round++)
        {
            _cache.Set("a", -round);
            _time.Step(Minute);
            int calls = 0;
            int expected = round;
            ThreadTeam.Run(4, _ => Assert.Contains(_cache.GetOrAdd("a", _ => Renew()), (int[])[-expected, expected]));

            AwaitRefreshes(_cache, round);
            Assert.Equal(1, calls);
            Assert.True(_cache.TryGetValue("a", out int value) && value == round);

            int Renew()
            {
                Interlocked.Increment(ref calls);
                return expected;
            }
        }
    }

    [Fact]
    public void GetOrAdd_RenewalFails_TheValueStaysUntilItExpiresAndATenthLaterItIsTriedAgain()
    {
        _cache.Set("a", 1);
        _time.Step(Minute);

        Assert.Equal(1, _cache.GetOrAdd("a", static _ => throw new TimeoutException("planted")));
        Assert.True(SpinWait.SpinUntil(() => _cache.GetStatistics().TotalRefreshFailures == 1, Patience));
        Assert.Equal(1, _cache.GetOrAdd("a", static _ => -1));
        Assert.Equal(0, _cache.GetStatistics().CurrentRefreshes);

        _time.Step(Minute / 10);
        Assert.Equal(1, _cache.GetOrAdd("a", static _ => throw new TimeoutException("planted")));
        Assert.True(SpinWait.SpinUntil(() => _cache.GetStatistics().TotalRefreshFailures == 2, Patience));
        Assert.True(_cache.TryGetValue("a", out _));

        _time.Step(4 * Minute);
        Assert.False(_cache.TryGetValue("a", out _));
        Assert.Equal(3, _cache.GetOrAdd("a", static _ => 3));
        Assert.Equal(0, _cache.GetStatistics().TotalRefreshes);
    }

    [Fact]
    public async Task GetOrAdd_AsManyRenewalsAsAllowed_TheNextValueIsRenewedLater()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100, RefreshAfter = Minute, MaxConcurrentRefreshes = 2 }, _time);
        TaskCompletionSource<int> source = new();
        for (int key = 0; key < 5; key++)
        {
            cache.Set(key, -1);
        }

        _time.Step(Minute);
        for (int key = 0; key < 5; key++)
        {
            Assert.Equal(-1, await cache.GetOrAddAsync(key, (_, _) => new ValueTask<int>(source.Task)));
        }

        Assert.Equal(2, cache.GetStatistics().CurrentRefreshes);
        source.SetResult(1);
        Assert.True(SpinWait.SpinUntil(() => cache.GetStatistics() is { TotalRefreshes: 2, CurrentRefreshes: 0 }, Patience));
        Assert.Equal(-1, cache.GetOrAdd(4, static _ => 1));

        Assert.True(SpinWait.SpinUntil(() => cache.GetStatistics().TotalRefreshes == 3, Patience));
        Assert.True(cache.TryGetValue(4, out int value) && value == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_WhileAValueIsRenewed_Wins(bool isRemoved)
    {
        TaskCompletionSource<int> source = new();
        _cache.Set("a", 1);
        _time.Step(Minute);
        _ = await _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task));

        if (isRemoved)
        {
            _cache.TryRemove("a");
        }
        else
        {
            _cache.Set("a", 9);
        }

        source.SetResult(2);
        AwaitRefreshes(_cache, 1);

        Assert.Equal(!isRemoved, _cache.TryGetValue("a", out int value) && value == 9);
    }

    [Fact]
    public async Task GetOrAdd_RenewedValueExpiresMeanwhile_CallersWaitForTheRenewal()
    {
        TaskCompletionSource<int> source = new();
        _cache.Set("a", 1);
        _time.Step(Minute);
        Assert.Equal(1, await _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)));
        _time.Step(5 * Minute);

        Task<int> waiter = _cache.GetOrAddAsync("a", static (_, _) => new ValueTask<int>(-1)).AsTask();
        Assert.False(waiter.IsCompleted);
        source.SetResult(2);

        Assert.Equal(2, await waiter);
    }

    [Fact]
    public void GetOrCreate_RenewalSaysDoNotKeep_TheValueLeaves()
    {
        _cache.Set("a", 1);
        _time.Step(Minute);

        Assert.Equal(1, _cache.GetOrCreate("a", static _ => CacheEntry.DoNotKeep(2)));
        AwaitRefreshes(_cache, 1);

        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void GetOrAdd_ByAnAlternateKey_RenewsToo()
    {
        _cache.Set("a", 1);
        _time.Step(Minute);

        Assert.Equal(1, _cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAdd("a", static _ => 2));

        AwaitRefreshes(_cache, 1);
        Assert.True(_cache.TryGetValue("a", out int value) && value == 2);
    }

    // Whatever the caller has about it, a request's services perhaps, is gone when the renewal runs.
    [Fact]
    public async Task GetOrAdd_Renewal_SeesNothingOfTheCallersContext()
    {
        object? seen = this;
        _cache.Set("a", 1);
        _time.Step(Minute);
        Ambient.Value = new object();

        await _cache.GetOrAddAsync("a", async (_, _) =>
        {
            await Task.Yield();
            seen = Ambient.Value;
            return 2;
        });
        AwaitRefreshes(_cache, 1);

        Assert.Null(seen);
    }

    [Fact]
    public async Task GetOrAdd_RenewalHangs_ItsTokenIsCancelledAfterTheLimitAndAnotherMayRun()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, RefreshAfter = Minute, FactoryTimeout = Minute / 2, MaxConcurrentRefreshes = 1 }, _time);
        using ManualResetEventSlim began = new();
        cache.Set("a", 1);
        _time.Step(Minute);
        Assert.Equal(1, await cache.GetOrAddAsync("a", async (_, token) =>
        {
            began.Set();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return -1;
        }));
        Assert.True(began.Wait(Patience));

        _time.Step(Minute / 2);

        Assert.True(SpinWait.SpinUntil(() => cache.GetStatistics() is { TotalRefreshFailures: 1, TotalFactoryTimeouts: 1, CurrentRefreshes: 0 }, Patience));
        _time.Step(Minute);
        Assert.Equal(1, cache.GetOrAdd("a", static _ => 2));
        AwaitRefreshes(cache, 1);
        Assert.True(cache.TryGetValue("a", out int value) && value == 2);
    }

    [Fact]
    public async Task Dispose_WhileAValueIsRenewed_KeepsNothing()
    {
        TaskCompletionSource<int> source = new();
        _cache.Set("a", 1);
        _time.Step(Minute);
        _ = await _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task));

        _cache.Dispose();
        source.SetResult(2);

        AwaitRefreshes(_cache, 1);
        Assert.Equal(0, _cache.Count);
    }

    public static TheoryData<BoundedCacheOptions<string, int>, string> Mistakes => new()
    {
        { new() { Capacity = 1, Name = "c", RefreshAfter = TimeSpan.Zero }, "\"c\": RefreshAfter" },
        { new() { Capacity = 1, Name = "c", RefreshAfter = Minute, TimeToLive = Minute }, "\"c\": RefreshAfter" },
        { new() { Capacity = 1, Name = "c", RefreshAfter = Minute, SlidingExpiration = Minute }, "\"c\": RefreshAfter" },
        { new() { Capacity = 1, Name = "c", RefreshAfter = Minute, ItemSlidingExpiration = static (_, _) => Minute }, "\"c\": RefreshAfter" },
        { new() { Capacity = 1, Name = "c", RefreshAfter = Minute, MaxConcurrentRefreshes = 0 }, "\"c\": MaxConcurrentRefreshes" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Constructor_OptionOutOfRange_NamesCacheAndOption(BoundedCacheOptions<string, int> options, string named) =>
        Assert.Contains(named, Assert.Throws<ArgumentException>(() => new BoundedCache<string, int>(options)).Message, StringComparison.Ordinal);

    private BoundedCache<string, int> Create(EvictionPolicy policy = EvictionPolicy.Adaptive) =>
        new(new() { Capacity = 100, RefreshAfter = Minute, TimeToLive = 5 * Minute, EvictionPolicy = policy }, _time);

    // They end on a thread of the pool.
    private static void AwaitRefreshes(BoundedCache<string, int> cache, long count) =>
        Assert.True(SpinWait.SpinUntil(() => cache.GetStatistics() is { CurrentRefreshes: 0 } statistics && statistics.TotalRefreshes == count, Patience));
}
