using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>Situations in which other caches were reported to fail.</summary>
public sealed class BoundedCacheSituationsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly BoundedCache<string, int> _cache = new(new() { Capacity = 3 });

    [Theory]
    [InlineData(1, 0.2, 1)]
    [InlineData(3, 0.2, 3)]
    [InlineData(4, 0.2, 4)]
    [InlineData(10, 0.2, 8)]
    [InlineData(3, 0.5, 2)]
    [InlineData(1, 1.0, 0)]
    public void Trim_ShareThatIsNoWholeNumber_IsRoundedDownAndTheNewestStays(int entries, double ratio, int left)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100, EvictionPolicy = EvictionPolicy.LeastRecentlyUsed });
        for (int i = 0; i < entries; i++)
        {
            cache.Set(i, i);
        }

        cache.Trim(ratio);

        Assert.Equal(left, cache.Count);
        Assert.Equal(left > 0, cache.TryGetValue(entries - 1, out _));
    }

    [Fact]
    public async Task EntryRemoved_ByAWriteOfAnother_RunsInTheContextOfTheWriteThatCausedIt()
    {
        AsyncLocal<string?> tenant = new();
        string? seen = null;
        BoundedCache<int, int> cache = new(new() { Capacity = 1, EntryRemoved = (_, _, _) => seen = tenant.Value });
        await SetAsync("a", 1);

        await SetAsync("b", 2);

        Assert.Equal("b", seen);

        async Task SetAsync(string name, int key)
        {
            tenant.Value = name;
            await Task.Yield();
            cache.Set(key, key);
        }
    }

    [Fact]
    public async Task GetOrAdd_FactoryFailsAgainAndAgain_EvictsNobodyAndLeavesNothing()
    {
        _cache.Set("a", 1);
        _cache.Set("b", 2);
        _cache.Set("c", 3);

        for (int i = 0; i < 50; i++)
        {
            Assert.Throws<FormatException>(() => _cache.GetOrAdd("x" + i, static _ => throw new FormatException()));
            await Assert.ThrowsAsync<FormatException>(() => _cache.GetOrAddAsync("y" + i, static (_, _) => throw new FormatException()).AsTask());
        }

        Assert.Equal(3, _cache.Count);
        Assert.True(_cache.TryGetValue("a", out _) && _cache.TryGetValue("b", out _) && _cache.TryGetValue("c", out _));
        Assert.Equal(0, _cache.GetStatistics().TotalCapacityEvictions);
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryFailsAfterAllWaitersLeft_IsNotUnobserved()
    {
        string mark = Guid.NewGuid().ToString();
        bool isUnobserved = false;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, args) => isUnobserved |= args.Exception.ToString().Contains(mark, StringComparison.Ordinal);
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            WeakReference factory = await FailAfterTheWaiterLeftAsync(mark);
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return !factory.IsAlive;
                },
                Patience));
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.False(isUnobserved);
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryThrowsBeforeItsTaskBehindAStaleValue_GivesTheStaleValueAndTriesAgain()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3, TimeToLive = Minute, StaleFor = Minute }, _time);
        cache.Set(1, 7);
        _time.Pass(Minute, step: Minute / 64);

        int stale = await cache.GetOrAddAsync(1, static (_, _) => throw new FormatException());
        await cache.GetOrAddAsync(1, static (_, _) => ValueTask.FromResult(8));

        Assert.Equal(7, stale);
        Assert.True(cache.TryGetValue(1, out int fresh));
        Assert.Equal(8, fresh);
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryHangsAndIgnoresItsToken_TheWaiterLeavesAndANewcomerCreates()
    {
        TaskCompletionSource<int> never = new();
        using CancellationTokenSource cancel = new();
        Task<int> waiting = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(never.Task), cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        Assert.Equal(5, await _cache.GetOrAddAsync("a", static (_, _) => ValueTask.FromResult(5)).AsTask().WaitAsync(Patience));
        never.SetResult(6);
        Assert.True(_cache.TryGetValue("a", out int kept));
        Assert.Equal(5, kept);
    }

    [Fact]
    public void GetOrAdd_FactoryReturnsNull_IsCachedLikeAnyValue()
    {
        BoundedCache<string, string?> cache = new(new() { Capacity = 3 });
        int calls = 0;

        Assert.Null(cache.GetOrAdd("a", _ => Create()));
        Assert.Null(cache.GetOrAdd("a", _ => Create()));

        Assert.Equal(1, calls);

        string? Create()
        {
            calls++;
            return null;
        }
    }

    [Fact]
    public void EntryRemoved_AddsTheExpiredEntryAgain_KeepsItAliveForAnotherTerm()
    {
        BoundedCache<string, int>? cache = null;
        cache = new BoundedCache<string, int>(
            new()
            {
                Capacity = 3,
                TimeToLive = Minute,
                EntryRemoved = (key, value, reason) => Assert.Equal(value + 1, reason == EvictionReason.Expired ? cache!.GetOrAdd(key, _ => value + 1) : -1),
            },
            _time);
        cache.Set("a", 0);

        _time.Pass(5 * Minute, step: Minute / 64);

        Assert.True(cache.TryGetValue("a", out int value));
        Assert.InRange(value, 3, 5);
        Assert.Equal(0, cache.GetStatistics().TotalCallbackErrors);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(5L)]
    [InlineData(-TimeSpan.TicksPerMinute)]
    public void Set_TimeToLiveThatIsOverAtOnce_IsRefusedAndStoresNothing(long ticks)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3, TimeToLive = Minute }, _time);

        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Set(1, 1, TimeSpan.FromTicks(ticks)));

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void TryGetValue_WallClockJumpsByDays_IsNotImpressed()
    {
        JumpingClock clock = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 3, TimeToLive = TimeSpan.FromHours(1) }, clock);
        cache.Set(1, 1);

        clock.Utc += TimeSpan.FromDays(2);
        Assert.True(cache.TryGetValue(1, out _));
        clock.Utc -= TimeSpan.FromDays(9);
        Assert.True(cache.TryGetValue(1, out _));
    }

    [Fact]
    public void DisposeValues_SameInstanceIsSetAgain_IsNotDisposedWhileItStays()
    {
        CountingDisposable value = new();
        BoundedCache<int, CountingDisposable> cache = new(new() { Capacity = 3, DisposeValues = true });

        cache.Set(1, value);
        cache.Set(1, value);
        Assert.Equal(0, value.Disposals);
        cache.TryRemove(1);

        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public async Task GetOrAdd_ValueIsBeingCreatedAsynchronously_WaitsForItInsteadOfCreatingAnother()
    {
        TaskCompletionSource<int> source = new();
        Task<int> asynchronous = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask();
        using ManualResetEventSlim isAsking = new();
        Task<int> synchronous = Task.Run(() =>
        {
            isAsking.Set();
            return _cache.GetOrAdd("a", static _ => 6);
        });
        isAsking.Wait();

        source.SetResult(5);

        Assert.Equal(5, await asynchronous.WaitAsync(Patience));
        Assert.Equal(5, await synchronous.WaitAsync(Patience));
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryAsksForItsOwnKeySynchronously_ThrowsInsteadOfWaitingForEver()
    {
        Task<int> direct = Task.Run(() => _cache.GetOrAddAsync("a", async (key, _) =>
        {
            await Task.Yield();
            return _cache.GetOrAdd(key, static _ => 1);
        }).AsTask());
        Task<int> byAnotherThread = Task.Run(() => _cache.GetOrAddAsync("b", async (key, _) => await Task.Run(() => _cache.GetOrAdd(key, static _ => 1))).AsTask());

        await Assert.ThrowsAsync<InvalidOperationException>(() => direct.WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => byAnotherThread.WaitAsync(Patience));
        Assert.Equal(2, await _cache.GetOrAddAsync("a", static (_, _) => ValueTask.FromResult(2)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> FailAfterTheWaiterLeftAsync(string mark)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3 });
        TaskCompletionSource go = new();
        using CancellationTokenSource cancel = new();
        Func<int, CancellationToken, ValueTask<int>> factory = async (_, _) =>
        {
            await go.Task;
            throw new FormatException(mark);
        };
        Task<int> waiter = cache.GetOrAddAsync(1, factory, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        go.SetResult();
        return new WeakReference(factory);
    }

    private sealed class CountingDisposable : IDisposable
    {
        public int Disposals { get; private set; }

        public void Dispose() => Disposals++;
    }

    private sealed class JumpingClock : TimeProvider
    {
        public DateTimeOffset Utc { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Utc;
    }
}
