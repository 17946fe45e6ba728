using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheUpdatingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly BoundedCache<string, int> _cache = new(new() { Capacity = 3 });

    [Fact]
    public void TryAdd_KeyIsThere_KeepsItsValue()
    {
        Assert.True(_cache.TryAdd("a", 1));
        Assert.False(_cache.TryAdd("a", 2));

        Assert.True(_cache.TryGetValue("a", out int value));
        Assert.Equal(1, value);
    }

    [Fact]
    public void TryAdd_ValueHasExpired_Adds()
    {
        List<EvictionReason> removed = [];
        BoundedCache<string, int> cache = new(new() { Capacity = 3, TimeToLive = Minute, StaleFor = Minute, EntryRemoved = (_, _, reason) => removed.Add(reason) }, _time);
        cache.TryAdd("a", 1);
        _time.Step(Minute);

        Assert.True(cache.TryAdd("a", 2));

        Assert.True(cache.TryGetValue("a", out int value));
        Assert.Equal(2, value);
        Assert.Equal([EvictionReason.Expired], removed);
    }

    [Fact]
    public void TryAdd_TooHeavy_IsFalseAndStoresNothing()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 3, MaxWeight = 10, Weigher = static (_, value) => value });

        Assert.False(cache.TryAdd("a", 11));
        Assert.Equal(11, cache.AddOrUpdate("a", static _ => 11, static (_, _) => 12));

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void TryAdd_FullCache_StaysWithinItsBound()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.True(_cache.TryAdd($"k{i}", i));
        }

        Assert.Equal(3, _cache.Count);
        Assert.True(_cache.TryGetValue("k19", out _));
    }

    [Fact]
    public void TryUpdate_OnlyTheExpectedValue_IsReplaced()
    {
        _cache.Set("a", 1);

        Assert.False(_cache.TryUpdate("a", 3, 2));
        Assert.True(_cache.TryUpdate("a", 2, 1));
        Assert.False(_cache.TryUpdate("b", 2, 0));

        Assert.True(_cache.TryGetValue("a", out int value));
        Assert.Equal(2, value);
        Assert.Equal(1, _cache.Count);
    }

    [Fact]
    public void TryRemove_OnlyTheExpectedValue_IsRemoved()
    {
        _cache.Set("a", 1);

        Assert.False(_cache.TryRemove("a", 2));
        Assert.False(_cache.TryRemove("b", 0));
        Assert.True(_cache.TryRemove("a", 1));

        Assert.Equal(0, _cache.Count);
        Assert.Equal(1, _cache.GetStatistics().TotalRemoved);
    }

    [Fact]
    public async Task TryAdd_WhileTheValueIsCreated_TheAddedOneStays()
    {
        TaskCompletionSource<int> source = new();
        Task<int> created = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask();

        Assert.True(_cache.TryAdd("a", 2));
        source.SetResult(1);

        Assert.Equal(1, await created);
        Assert.True(_cache.TryGetValue("a", out int value));
        Assert.Equal(2, value);
    }

    [Fact]
    public void AddOrUpdate_ManyThreads_LosesNoUpdate()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10 });

        ThreadTeam.Run(4, _ =>
        {
            for (int i = 0; i < 5000; i++)
            {
                cache.AddOrUpdate(i % 3, static _ => 1, static (_, value) => value + 1);
            }
        });

        Assert.Equal(20_000, cache.Sum(static entry => entry.Value));
    }

    [Fact]
    public void TryAdd_ManyThreads_OneWinsForEachKey()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10_000 });
        int wins = 0;

        ThreadTeam.Run(4, thread =>
        {
            for (int key = 0; key < 2000; key++)
            {
                if (cache.TryAdd(key, thread))
                {
                    Interlocked.Increment(ref wins);
                }
            }
        });

        Assert.Equal(2000, wins);
        Assert.Equal(2000, cache.Count);
    }

    [Fact]
    public void ItemSlidingExpiration_EachItsOwn_GoesWhenNobodyReadsItForThatLong()
    {
        BoundedCache<string, int> cache = new(
            new() { Capacity = 10, TimeToLive = TimeSpan.MaxValue, ItemSlidingExpiration = static (_, minutes) => minutes == 0 ? TimeSpan.MaxValue : minutes * Minute },
            _time);
        cache.Set("read", 2);
        cache.Set("silent", 2);
        cache.Set("long", 10);
        cache.Set("never", 0);

        for (int i = 0; i < 3; i++)
        {
            _time.Pass(Minute, step: TimeSpan.FromSeconds(1));
            Assert.True(cache.TryGetValue("read", out _));
        }

        // Gone without access: the keys that are left are not asked one by one.
        Assert.Equal(["long", "never", "read"], cache.Keys.Order());
        _time.Pass(20 * Minute, step: TimeSpan.FromSeconds(1));
        Assert.Equal(["never"], cache.Keys);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void ItemSlidingExpiration_ShorterWithALaterValue_CountsFromThen()
    {
        BoundedCache<string, int> cache = new(
            new() { Capacity = 10, TimeToLive = TimeSpan.MaxValue, ItemSlidingExpiration = static (_, minutes) => minutes * Minute },
            _time);
        cache.Set("a", 60);
        cache.Set("a", 1);

        _time.Pass(1.2 * Minute, step: TimeSpan.FromSeconds(1));

        Assert.Equal(0, cache.Count);
        Assert.Throws<InvalidOperationException>(() => cache.Set("b", 0));
    }

    [Fact]
    public void GetStatistics_ReadsThatFoundAndDidNot_TellTheirRatio()
    {
        Assert.Null(_cache.GetStatistics().HitRatio);
        _cache.Set("a", 1);
        _cache.TryGetValue("a", out _);
        _cache.TryGetValue("a", out _);
        _cache.TryGetValue("b", out _);
        _cache.TryGetValue("a", out _);

        Assert.Equal(0.75, _cache.GetStatistics().HitRatio);
    }

    [Fact]
    public void Constructor_BadOptionsOfANamedCache_NamesTheCache() =>
        Assert.Contains("\"users\"", Assert.Throws<ArgumentException>(() => new BoundedCache<int, int>(new() { Name = "users" })).Message, StringComparison.Ordinal);
}
