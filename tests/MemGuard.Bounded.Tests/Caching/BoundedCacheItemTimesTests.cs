using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>The exact ends of times that entries have of their own.</summary>
public sealed class BoundedCacheItemTimesTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();

    [Fact]
    public void Set_ItemTimeToLiveTooShort_SaysWhatItReturnedAndStoresNothing()
    {
        TimeSpan given = Millisecond - TimeSpan.FromTicks(1);
        BoundedCache<int, int> cache = new(new() { Capacity = 10, ItemTimeToLive = (_, _) => given }, _time);

        string refused = Assert.Throws<InvalidOperationException>(() => cache.Set(1, 1)).Message;
        given = Millisecond;

        Assert.Equal("ItemTimeToLive returned 00:00:00.0009999: it must be at least 1 millisecond.", refused);
        Assert.Equal(0, cache.Count);
        Assert.Equal(CacheSetResult.Added, cache.Set(1, 1));
    }

    [Fact]
    public void Set_ItemSlidingExpirationTooShort_SaysWhatItReturnedAndStoresNothing()
    {
        TimeSpan given = Millisecond - TimeSpan.FromTicks(1);
        BoundedCache<int, int> cache = new(new() { Capacity = 10, ItemSlidingExpiration = (_, _) => given }, _time);

        string refused = Assert.Throws<InvalidOperationException>(() => cache.Set(1, 1)).Message;
        given = Millisecond;

        Assert.Equal("ItemSlidingExpiration returned 00:00:00.0009999: it must be at least 1 millisecond.", refused);
        Assert.Equal(0, cache.Count);
        Assert.Equal(CacheSetResult.Added, cache.Set(1, 1));
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void TryGetValue_NoSlidingExpirationOfItsOwn_EndsExactlyAtTheTimeToLive(EvictionPolicy policy)
    {
        BoundedCacheOptions<int, int> options = new()
        {
            Capacity = 10,
            TimeToLive = Minute,
            StaleFor = Minute,
            EvictionPolicy = policy,
            ItemSlidingExpiration = static (_, _) => TimeSpan.MaxValue,
        };
        BoundedCache<int, int> cache = new(options, _time);
        cache.Set(1, 1);

        _time.Step(Minute - Millisecond);
        Assert.True(cache.TryGetValue(1, out _));
        _time.Step(Millisecond);

        Assert.False(cache.TryGetValue(1, out _));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void TryGetValue_ItemSlidingExpirationForEver_StaysForYears()
    {
        TimerlessClock time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, ItemSlidingExpiration = static (_, value) => value == 0 ? TimeSpan.MaxValue : Minute }, time);
        cache.Set(0, 0);
        cache.Set(1, 1);

        time.Elapsed += TimeSpan.FromDays(1000);

        Assert.True(cache.TryGetValue(0, out _));
        Assert.False(cache.TryGetValue(1, out _));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 20)]
    public void TryGetValue_ItemSlidingExpiration_IsRoundedUpToTenMilliseconds(int milliseconds, int rounded)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, ItemSlidingExpiration = (_, _) => TimeSpan.FromMilliseconds(milliseconds) }, _time);
        cache.Set(1, 1);
        cache.Set(2, 2);

        _time.Advance(TimeSpan.FromMilliseconds(rounded - 1));
        Assert.True(cache.TryGetValue(1, out _));
        _time.Advance(Millisecond);

        Assert.True(cache.TryGetValue(1, out _));
        Assert.False(cache.TryGetValue(2, out _));
    }

    [Fact]
    public void Set_TimeOfItsOwn_EndsExactlyThenOrNever()
    {
        TimerlessClock time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeSpan.MaxValue, StaleFor = Minute }, time);
        cache.Set(1, 1, Millisecond);
        cache.Set(2, 2, Minute);
        cache.Set(3, 3, TimeSpan.MaxValue);
        cache.Set(4, 4);

        Assert.True(cache.TryGetValue(1, out _));
        time.Elapsed += Millisecond;
        Assert.False(cache.TryGetValue(1, out _));
        time.Elapsed += Minute - Millisecond - Millisecond;
        Assert.True(cache.TryGetValue(2, out _));
        time.Elapsed += Millisecond;
        Assert.False(cache.TryGetValue(2, out _));
        time.Elapsed += TimeSpan.FromDays(2000);

        Assert.Equal([3, 4], cache.Keys.Order());
    }

    [Fact]
    public void Keys_AtTheTimeToLive_HaveNotWhatHasExpiredButIsHeld()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = Minute, StaleFor = Minute }, _time);
        cache.Set(1, 1);

        _time.Step(Minute - Millisecond);
        Assert.Equal([1], cache.Keys);
        _time.Step(Millisecond);

        Assert.Empty(cache.Keys);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void TryRemove_ByValueAtTheTimeToLive_IsFalseAndLeavesTheStaleValue()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = Minute, StaleFor = Minute }, _time);
        cache.Set(1, 1);
        cache.Set(2, 2);

        _time.Step(Minute - Millisecond);
        Assert.True(cache.TryRemove(1, 1));
        _time.Step(Millisecond);

        Assert.False(cache.TryRemove(2, 2));
        Assert.False(cache.TryUpdate(2, 3, 2));
        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryAdd(2, 4));
    }

    [Fact]
    public async Task GetOrAddAsync_AnothersFactoryHangs_WaitsExactlyForTheRestOfItsTime()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, FactoryTimeout = Minute }, _time);
        TaskCompletionSource<int> source = new();
        Task<int> first = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(source.Task)).AsTask();
        _time.Advance(Minute / 2);
        Task<int> second = cache.GetOrAddAsync(1, static (_, _) => throw new InvalidOperationException("One is at it.")).AsTask();

        // On a thread without a context a wait that ends with the clock has ended when the clock has moved.
        bool[] haveEnded = await Task.Run(() =>
        {
            _time.Advance((Minute / 2) - Millisecond);
            return new[] { first.IsCompleted, second.IsCompleted };
        });
        _time.Advance(Millisecond);

        Assert.Equal([false, false], haveEnded);
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await Assert.ThrowsAsync<TimeoutException>(() => second);
        Assert.Equal(1, cache.GetStatistics().TotalFactoryTimeouts);
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryCancelsItselfInTime_ItsCallersGetTheCancellation()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, FactoryTimeout = Minute }, _time);

        Task<int> creation = cache.GetOrAddAsync(1, static (_, _) => throw new OperationCanceledException("its own")).AsTask();

        Assert.Equal("its own", (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creation)).Message);
        Assert.Equal(0, cache.GetStatistics().TotalFactoryTimeouts);
    }

    [Fact]
    public void GetOrCreate_FactoryOverrunsItsTimeAndItsValueIsNotKept_IsCounted()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, FactoryTimeout = Minute }, _time);

        int value = cache.GetOrCreate(1, _ =>
        {
            _time.Advance(Minute);
            return CacheEntry.DoNotKeep(7);
        });

        Assert.Equal((7, 0, 1L), (value, cache.Count, cache.GetStatistics().TotalFactoryTimeouts));
    }

    [Fact]
    public void GetOrAdd_FactoryTakesAllButAMillisecondOfItsTime_IsNotCounted()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, FactoryTimeout = Minute }, _time);

        cache.GetOrAdd(1, _ =>
        {
            _time.Advance(Minute - Millisecond);
            return 7;
        });

        Assert.Equal((1, 0L), (cache.Count, cache.GetStatistics().TotalFactoryTimeouts));
    }

    /// <summary>Its timers never fire: years pass in one step, and only who looks sees it.</summary>
    private sealed class TimerlessClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
