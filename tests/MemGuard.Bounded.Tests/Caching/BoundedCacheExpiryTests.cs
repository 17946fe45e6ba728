using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheExpiryTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(64);

    /// <summary>1/64 of the time to live.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryGetValue_JustBeforeAndAtTheTimeToLive_FoundThenNot()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive }, _time);
        cache.Set(1, 1);

        _time.Pass(TimeToLive - TimeSpan.FromMilliseconds(1), step: Tick);
        Assert.True(cache.TryGetValue(1, out _));
        _time.Pass(TimeSpan.FromMilliseconds(1), step: Tick);

        Assert.False(cache.TryGetValue(1, out _));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(64_000)]
    [InlineData(3_600_000)]
    [InlineData(500_000_000)]
    public void Tick_HundredThousandEntriesWithoutAccess_AllGoneAtTimeToLivePlusTwoTicks(long timeToLiveMilliseconds)
    {
        TimeSpan timeToLive = TimeSpan.FromMilliseconds(timeToLiveMilliseconds);
        TimeSpan tick = TimeSpan.FromMilliseconds(Math.Clamp(timeToLiveMilliseconds / 64, 10, 1000));
        SuspendedTimeProvider time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 100_000, TimeToLive = timeToLive }, time);
        time.Advance(TimeSpan.FromMilliseconds(3));
        for (int i = 0; i < 100_000; i++)
        {
            cache.Set(i, i);
        }

        time.Advance(timeToLive - TimeSpan.FromMilliseconds(1));
        Assert.Equal(100_000, cache.Count);
        time.Pass(tick * 2, step: tick);

        Assert.Equal(0, cache.Count);
        Assert.Equal(100_000, cache.GetStatistics().TotalExpired);
    }

    [Fact]
    public void Tick_EntriesSetAllAlong_EachGoesInItsOwnTime()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10_000, TimeToLive = TimeSpan.FromHours(3) }, _time);
        for (int i = 0; i < 1000; i++)
        {
            cache.Set(i, i);
            _time.Pass(TimeSpan.FromSeconds(17), step: Tick);
        }

        // The clock is 1000 × 17 s on; what was set in the last 10 800 s is left, give or take a tick.
        Assert.InRange(cache.Count, 10_800 / 17, (10_800 / 17) + 1);
    }

    [Fact]
    public void Tick_ClockLeapsAsAfterASuspend_AllExpiredEntriesGoAndTheRestStay()
    {
        SuspendedTimeProvider time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10_000, TimeToLive = TimeSpan.FromMinutes(5) }, time);
        for (int i = 0; i < 5000; i++)
        {
            cache.Set(i, i);
        }

        cache.Set(-1, -1, TimeSpan.FromDays(30));
        time.Advance(TimeSpan.FromDays(7));

        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGetValue(-1, out _));
        time.Advance(TimeSpan.FromDays(24));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Tick_EntriesLeftBeforeTheirTime_AreNotExpiredOnceMore()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100, TimeToLive = TimeToLive }, _time);
        for (int key = 0; key < 150; key++)
        {
            cache.Set(key, key);
        }

        cache.TryRemove(149);
        cache.Trim(0.5);
        _time.Pass(TimeToLive / 2, step: Tick);
        cache.Clear();
        cache.Set(1, 1);
        _time.Pass(TimeToLive * 0.75, step: Tick);

        Assert.True(cache.TryGetValue(1, out int value) && value == 1);
        Assert.Equal(1, cache.Count);
        Assert.Equal(0, cache.GetStatistics().TotalExpired);
    }

    [Fact]
    public void SlidingExpiration_TableIsReplaced_ReadsBeforeStillCount()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 1000, SlidingExpiration = TimeToLive }, _time);
        for (int key = 0; key < 10; key++)
        {
            cache.Set(key, key);
        }

        _time.Pass(TimeToLive * 0.75, step: Tick);
        Assert.True(cache.TryGetValue(3, out _));
        for (int key = 10; key < 1000; key++)
        {
            cache.Set(key, key);
        }

        _time.Pass(TimeToLive * 0.75, step: Tick);
        Assert.True(cache.TryGetValue(3, out _));
        Assert.False(cache.TryGetValue(4, out _));
        Assert.True(cache.TryGetValue(10, out _));
    }

    [Fact]
    public void Set_AgainBeforeExpiry_LivesFromTheLastSet()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive }, _time);
        cache.Set(1, 1);
        _time.Pass(TimeToLive / 2, step: Tick);
        cache.Set(1, 2);

        _time.Pass((TimeToLive / 2) + (2 * Tick), step: Tick);
        Assert.True(cache.TryGetValue(1, out int value) && value == 2);
        _time.Pass(TimeToLive / 2, step: Tick);

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Set_AgainWithShorterTimeToLive_GoesEarlier()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive }, _time);
        cache.Set(1, 1);
        cache.Set(1, 2, TimeSpan.FromSeconds(5));

        _time.Pass(TimeSpan.FromSeconds(5) + (2 * Tick), step: Tick);

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void SlidingExpiration_ReadsKeepAnEntryAndSilenceEndsIt()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, SlidingExpiration = TimeToLive }, _time);
        cache.Set(1, 1);
        cache.Set(2, 2);

        for (int i = 0; i < 10; i++)
        {
            _time.Pass(TimeToLive - Tick, step: Tick);
            Assert.True(cache.TryGetValue(1, out _));
        }

        Assert.Equal(1, cache.Count);
        _time.Pass(TimeToLive + (2 * Tick), step: Tick);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void SlidingExpiration_WithTimeToLive_TheEarlierCounts()
    {
        BoundedCache<int, int> cache = new(
            new() { Capacity = 10, SlidingExpiration = TimeSpan.FromSeconds(30), TimeToLive = TimeToLive }, _time);
        cache.Set(1, 1);

        for (int i = 0; i < 3; i++)
        {
            _time.Pass(TimeSpan.FromSeconds(20), step: Tick);
            Assert.True(cache.TryGetValue(1, out _));
        }

        _time.Pass(TimeSpan.FromSeconds(4), step: Tick);
        Assert.False(cache.TryGetValue(1, out _));
    }

    [Fact]
    public void ItemTimeToLive_PerValue_IsHonoured()
    {
        BoundedCache<int, int> cache = new(
            new() { Capacity = 10, ItemTimeToLive = static (_, value) => TimeSpan.FromSeconds(value) }, _time);
        cache.Set(1, 10);
        cache.GetOrAdd(2, static _ => 1000);

        _time.Pass(TimeSpan.FromSeconds(12), step: Tick);

        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGetValue(2, out _));
    }

    [Fact]
    public void TryRemove_ExpiredEntry_SaysNoAndCountsItAsExpired()
    {
        List<EvictionReason> reasons = [];
        BoundedCache<int, int> cache = new(
            new() { Capacity = 10, TimeToLive = TimeToLive, EntryRemoved = (_, _, reason) => reasons.Add(reason) }, new FrozenTimers(_time));
        cache.Set(1, 1);
        _time.Pass(TimeToLive, step: Tick);

        Assert.False(cache.TryRemove(1, out _));
        Assert.Equal([EvictionReason.Expired], reasons);
    }

    [Fact]
    public void Set_OverAnExpiredEntry_AddsAndReportsTheOldAsExpired()
    {
        List<EvictionReason> reasons = [];
        BoundedCache<int, int> cache = new(
            new() { Capacity = 10, TimeToLive = TimeToLive, EntryRemoved = (_, _, reason) => reasons.Add(reason) }, new FrozenTimers(_time));
        cache.Set(1, 1);
        _time.Pass(TimeToLive, step: Tick);

        Assert.Equal(CacheSetResult.Added, cache.Set(1, 2));
        Assert.Equal([EvictionReason.Expired], reasons);
    }

    [Fact]
    public void GetOrAdd_StaleEntry_IsReplacedAndNotAddedOnceMore()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive, StaleFor = TimeToLive }, _time);
        cache.Set(1, 1);
        _time.Pass(TimeToLive, step: Tick);

        Assert.Equal(2, cache.GetOrAdd(1, static _ => 2));

        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void GetOrAdd_StaleEntryAndFailingFactory_ReturnsTheStaleValueUntilTheGraceEnds()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive, StaleFor = TimeToLive }, _time);
        cache.Set(1, 1);
        _time.Pass(TimeToLive + Tick, step: Tick);

        Assert.False(cache.TryGetValue(1, out _));
        Assert.Equal(1, cache.GetOrAdd(1, static int (_) => throw new TimeoutException("planted")));
        _time.Pass(TimeToLive + Tick, step: Tick);

        Assert.Throws<TimeoutException>(() => cache.GetOrAdd(1, static int (_) => throw new TimeoutException("planted")));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Constructor_CacheForgotten_LeavesNoTimerAndNoCache()
    {
        TimerCountingTimeProvider time = new();
        WeakReference cache = CreateForgotten(time);
        Assert.Equal(1, time.ActiveTimerCount);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        time.Advance(Tick);

        Assert.False(cache.IsAlive);
        Assert.Equal(0, time.ActiveTimerCount);
    }

    [Fact]
    public void Dispose_CacheWithExpiry_EndsItsTimer()
    {
        TimerCountingTimeProvider time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive }, time);

        cache.Dispose();
        time.Advance(Tick);

        Assert.Equal(0, time.ActiveTimerCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CreateForgotten(TimeProvider time)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeToLive }, time);
        cache.Set(1, 1);
        return new WeakReference(cache);
    }

    /// <summary>The clock moves, its timers do not fire: shows what readers do before the wheel comes round.</summary>
    private sealed class FrozenTimers(TimeProvider clock) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new FakeTimeProvider().CreateTimer(callback, state, dueTime, period);
    }
}
