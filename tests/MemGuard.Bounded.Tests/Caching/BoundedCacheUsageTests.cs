using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>What the statistics, the registry and a debugger say of a cache.</summary>
public sealed class BoundedCacheUsageTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();

    [Fact]
    public void GetStatistics_NewCache_IsAllZeroAndHasNoRatio()
    {
        BoundedCacheStatistics expected = new()
        {
            CurrentEntryCount = 0,
            TotalHits = 0,
            TotalMisses = 0,
            TotalAdded = 0,
            TotalCapacityEvictions = 0,
            TotalWeightEvictions = 0,
            TotalExpired = 0,
            TotalReplaced = 0,
            TotalRemoved = 0,
            TotalCleared = 0,
            TotalRefused = 0,
            TotalCallbackErrors = 0,
        };

        BoundedCacheStatistics statistics = new BoundedCache<int, int>(new() { Capacity = 1 }).GetStatistics();

        Assert.Equal(expected, statistics);
        Assert.Null(statistics.HitRatio);
    }

    [Theory]
    [InlineData(0L, 0L, null)]
    [InlineData(1L, 0L, 1.0)]
    [InlineData(0L, 1L, 0.0)]
    [InlineData(3L, 1L, 0.75)]
    [InlineData(null, null, null)]
    public void HitRatio_HitsAndMisses_IsTheShareOfHits(long? hits, long? misses, double? expected)
    {
        BoundedCacheStatistics statistics = new BoundedCache<int, int>(new() { Capacity = 1 }).GetStatistics() with { TotalHits = hits, TotalMisses = misses };

        Assert.Equal(expected, statistics.HitRatio);
    }

    [Fact]
    public void GetStatistics_EntriesLeftInEveryWay_CountsEachWay()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3, MaxWeight = 10, Weigher = static (_, value) => value, TimeToLive = Minute }, _time);
        cache.Set(1, 1);
        cache.Set(1, 2);
        cache.TryRemove(1);
        cache.Set(2, 11);
        cache.Set(3, 4);
        cache.Set(4, 4);
        cache.Set(5, 4);
        cache.Set(6, 1);
        cache.Set(7, 1);
        cache.Clear();
        cache.Set(8, 5);
        _time.Step(2 * Minute);

        BoundedCacheStatistics statistics = cache.GetStatistics();

        Assert.Equal((0, 0L), (statistics.CurrentEntryCount, statistics.CurrentWeight!.Value));
        Assert.Equal(8, statistics.TotalAdded);
        Assert.Equal((1L, 1L, 1L), (statistics.TotalReplaced, statistics.TotalRemoved, statistics.TotalRefused));
        Assert.Equal((1L, 1L, 3L, 1L), (statistics.TotalWeightEvictions, statistics.TotalCapacityEvictions, statistics.TotalCleared, statistics.TotalExpired));
    }

    [Theory]
    [InlineData("users", "users")]
    [InlineData(null, "BoundedCache<Int32, String>")]
    public void GetUsage_WithoutWeightAndTime_HasNoneOfThem(string? name, string listed)
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 5, Name = name });
        cache.Set(1, "a");

        BoundedStructureUsage expected = new()
        {
            Name = listed,
            Kind = StructureKind.Cache,
            Count = 1,
            Capacity = 5,
            TotalHits = 0,
            TotalMisses = 0,
            TotalEvictions = 0,
            TotalRefusals = 0,
        };
        Assert.Equal(expected, ((IBoundedStructure)cache).GetUsage());
        Assert.Null(cache.MaxWeight);
        Assert.Null(cache.GetStatistics().CurrentWeight);
    }

    [Fact]
    public void GetUsage_WeightAndCapacityEvictionsAndRefusals_AreSummed()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 2, MaxWeight = 10, Weigher = static (_, value) => value, TrackStatistics = false });
        cache.Set(1, 6);
        cache.Set(2, 6);
        cache.Set(3, 1);
        cache.Set(4, 1);
        cache.Set(5, 11);
        cache.Set(6, 12);

        BoundedStructureUsage usage = ((IBoundedStructure)cache).GetUsage();

        Assert.Equal((2L, 2L, 10L), (usage.TotalEvictions!.Value, usage.TotalRefusals!.Value, usage.MaxWeight!.Value));
        Assert.Equal((null, null), (usage.TotalHits, usage.TotalMisses));
        Assert.Equal(cache.GetStatistics().CurrentWeight, usage.Weight);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void GetUsage_OldestAge_IsKnownWhereAllLiveEquallyLong(bool slides, bool isByEntry, bool isKnown)
    {
        BoundedCacheOptions<int, int> options = new()
        {
            Capacity = 10,
            TimeToLive = Minute,
            SlidingExpiration = slides ? Minute : null,
            ItemTimeToLive = isByEntry ? static (_, _) => Minute : null,
        };
        BoundedCache<int, int> cache = new(options, _time);
        cache.Set(1, 1);
        _time.Step(Minute / 2);

        BoundedStructureUsage usage = ((IBoundedStructure)cache).GetUsage();

        Assert.Equal(isKnown, usage.OldestAge is not null);
        Assert.Equal(isKnown ? Minute : null, usage.TimeToLive);
    }

    [Fact]
    public void GetUsage_TimeToLiveForEver_IsNoTimeAndNoAge()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeSpan.MaxValue }, _time);
        cache.Set(1, 1);

        BoundedStructureUsage usage = ((IBoundedStructure)cache).GetUsage();

        Assert.Equal((null, null), (usage.TimeToLive, usage.OldestAge));
    }

    [Fact]
    public void GetUsage_StaleEntry_IsAsOldAsItIs()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = Minute, StaleFor = Minute }, _time);
        cache.Set(1, 1);
        _time.Step(Minute * 1.5);

        Assert.InRange(((IBoundedStructure)cache).GetUsage().OldestAge!.Value, Minute * 1.4, Minute * 1.6);
    }

    [Fact]
    public void Dispose_AnyMethodAfterwards_ReadsFindNothingAndWritesNameTheCache()
    {
        List<EvictionReason> reasons = [];
        BoundedCache<int, int> cache = new(new() { Capacity = 10, EntryRemoved = (_, _, reason) => reasons.Add(reason) });
        cache.Set(1, 1);
        cache.Dispose();

        Assert.Equal([EvictionReason.Cleared], reasons);
        Assert.Empty(cache);
        Assert.False(cache.TryGetValue(1, out _));
        Assert.False(cache.TryRemove(1));
        Assert.False(cache.TryRemove(1, 1));
        Action[] writes =
        [
            () => cache.Set(1, 1),
            () => cache.TryAdd(1, 1),
            () => cache.TryUpdate(1, 1, 1),
            () => cache.AddOrUpdate(1, static _ => 1, static (_, _) => 1),
            () => cache.GetOrAdd(1, static _ => 1),
            () => cache.GetOrCreate(1, static _ => CacheEntry.Create(1)),
            () => _ = cache.GetOrAddAsync(1, static (_, _) => new ValueTask<int>(1)).AsTask(),
        ];
        Assert.All(writes, static write => Assert.Contains("BoundedCache", Assert.Throws<ObjectDisposedException>(write).ObjectName, StringComparison.Ordinal));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public async Task GetOrAddAsync_TokenIsCancelledAlready_FindsAValueButCreatesNone()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10 });
        cache.Set(1, 1);
        CancellationToken cancelled = new(canceled: true);

        Assert.Equal(1, await cache.GetOrAddAsync(1, static (_, _) => throw new InvalidOperationException("It is there."), cancelled));
        Task<int> creation = cache.GetOrAddAsync(2, static (_, _) => new ValueTask<int>(2), cancelled).AsTask();

        Assert.True(creation.IsCanceled);
        Assert.Equal(cancelled, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creation)).CancellationToken);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void EntryRemoved_ValuesAreNotTheCaches_LeavesThemUndisposed()
    {
        int told = 0;
        BoundedCache<int, CancellationTokenSource> cache = new(new() { Capacity = 1, EntryRemoved = (_, _, _) => told++ });
        using CancellationTokenSource value = new();
        cache.Set(1, value);

        cache.TryRemove(1);

        Assert.Equal(1, told);
        Assert.False(value.Token.IsCancellationRequested);
    }
}
