using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>Factories that say how long their value is kept.</summary>
public sealed class BoundedCacheGetOrCreateTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly BoundedCache<string, int> _plain = new(new() { Capacity = 100, Name = "plain" });

    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrCreate_TimeOfItsOwn_IsGoneThen(bool isAsync)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, TimeToLive = 10 * Minute }, _time);

        Assert.Equal(1, await GetOrCreate(isAsync, cache, "short", static () => CacheEntry.Create(1, Minute)));
        Assert.Equal(2, await GetOrCreate(isAsync, cache, "as the cache", static () => CacheEntry.Create(2)));
        Assert.Equal(3, await GetOrCreate(isAsync, cache, "for ever", static () => CacheEntry.Create(3, TimeSpan.MaxValue)));

        _time.Step(Minute);
        Assert.False(cache.TryGetValue("short", out _));
        Assert.Equal(2, await GetOrCreate(isAsync, cache, "as the cache", static () => CacheEntry.Create(-1)));
        _time.Step(9 * Minute);
        Assert.False(cache.TryGetValue("as the cache", out _));
        Assert.True(cache.TryGetValue("for ever", out _));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrCreate_DoNotKeep_IsHandedOverAndMadeAgain(bool isAsync)
    {
        int calls = 0;

        Assert.Equal(1, await GetOrCreate(isAsync, _plain, "a", () => CacheEntry.DoNotKeep(++calls)));
        Assert.Equal(0, _plain.Count);
        Assert.Equal(2, await GetOrCreate(isAsync, _plain, "a", () => CacheEntry.DoNotKeep(++calls)));
        Assert.Equal(3, await GetOrCreate(isAsync, _plain, "a", () => CacheEntry.Create(++calls)));
        Assert.Equal(3, await GetOrCreate(isAsync, _plain, "a", () => default));

        Assert.Equal(0, _plain.GetStatistics().CurrentFactories);
        Assert.Equal(1, _plain.GetStatistics().TotalAdded);
    }

    [Fact]
    public async Task GetOrCreateAsync_DoNotKeep_AllWhoWaitGetIt()
    {
        TaskCompletionSource<CacheEntry<int>> source = new();
        Task<int>[] waiters = [.. Enumerable.Range(0, 20).Select(_ => _plain.GetOrCreateAsync("a", (_, _) => new ValueTask<CacheEntry<int>>(source.Task)).AsTask())];

        source.SetResult(CacheEntry.DoNotKeep(7));

        Assert.All(await Task.WhenAll(waiters), static value => Assert.Equal(7, value));
        Assert.Equal(0, _plain.Count);
    }

    [Fact]
    public void GetOrCreate_DoNotKeepOverAStaleValue_RemovesIt()
    {
        List<EvictionReason> reasons = [];
        BoundedCache<string, int> cache = new(
            new() { Capacity = 10, TimeToLive = Minute, StaleFor = Minute, EntryRemoved = (_, _, reason) => reasons.Add(reason) }, _time);
        cache.Set("a", 1);
        _time.Step(Minute);
        Assert.Equal(1, cache.Count);

        Assert.Equal(2, cache.GetOrCreate("a", static _ => CacheEntry.DoNotKeep(2)));

        Assert.Equal(0, cache.Count);
        Assert.Equal([EvictionReason.Expired], reasons);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrCreate_TimeInACacheWithoutExpiry_NamesTheCacheAndStoresNothing(bool isAsync)
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GetOrCreate(isAsync, _plain, "a", static () => CacheEntry.Create(1, Minute)));

        Assert.Contains("\"plain\"", exception.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (_plain.Count, _plain.GetStatistics().CurrentFactories));
    }

    [Fact]
    public void Create_TimeTooShort_Throws() => Assert.Throws<ArgumentOutOfRangeException>(static () => CacheEntry.Create(1, TimeSpan.Zero));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrCreate_FactoryThrows_CachesNothing(bool isAsync)
    {
        await Assert.ThrowsAsync<TimeoutException>(() => GetOrCreate(isAsync, _plain, "a", static () => throw new TimeoutException("planted")));

        Assert.Equal(1, await GetOrCreate(isAsync, _plain, "a", static () => CacheEntry.Create(1)));
    }

    [Fact]
    public void GetOrCreate_ManyThreads_CallTheFactoryOncePerKey()
    {
        const int Keys = 5_000;
        BoundedCache<int, int> cache = new(new() { Capacity = 2 * Keys, TimeToLive = TimeSpan.MaxValue });
        int[] calls = new int[Keys];
        ThreadTeam.Run(4, thread =>
        {
            for (int key = 0; key < Keys; key++)
            {
                int value = thread % 2 == 0
                    ? cache.GetOrCreate(key, Create)
                    : cache.GetOrCreateAsync(key, (key, _) => new ValueTask<CacheEntry<int>>(Create(key))).AsTask().GetAwaiter().GetResult();
                Assert.Equal(key, value);
            }
        });

        Assert.All(calls, static count => Assert.Equal(1, count));

        CacheEntry<int> Create(int key)
        {
            Interlocked.Increment(ref calls[key]);
            return CacheEntry.Create(key, TimeSpan.FromHours(1));
        }
    }

    private static async Task<int> GetOrCreate(bool isAsync, BoundedCache<string, int> cache, string key, Func<CacheEntry<int>> factory)
    {
        if (!isAsync)
        {
            return cache.GetOrCreate(key, static (_, factory) => factory(), factory);
        }

        return await cache.GetOrCreateAsync(
            key,
            static async (_, factory, _) =>
            {
                await Task.Yield();
                return factory();
            },
            factory);
    }
}
