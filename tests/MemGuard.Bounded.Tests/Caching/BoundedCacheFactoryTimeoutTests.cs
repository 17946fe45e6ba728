using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheFactoryTimeoutTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly BoundedCache<string, int> _cache;

    public BoundedCacheFactoryTimeoutTests() => _cache = new(new() { Capacity = 100, Name = "prices", FactoryTimeout = Limit }, _time);

    [Fact]
    public async Task GetOrAddAsync_FactoryHangs_WaitersGetATimeoutThatNamesTheCacheAndNotTheKey()
    {
        TaskCompletionSource<int> never = new();
        Task<int>[] waiters = [.. Enumerable.Range(0, 3).Select(_ => _cache.GetOrAddAsync("secret", (_, _) => new ValueTask<int>(never.Task)).AsTask())];
        _time.Step(Limit - TimeSpan.FromMilliseconds(1));
        Assert.All(waiters, static waiter => Assert.False(waiter.IsCompleted));

        _time.Step(TimeSpan.FromMilliseconds(1));

        foreach (Task<int> waiter in waiters)
        {
            TimeoutException exception = await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));
            Assert.Contains("\"prices\"", exception.Message, StringComparison.Ordinal);
            Assert.Contains("String", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(1, _cache.GetStatistics().TotalFactoryTimeouts);
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryFollowsItsToken_TheTimeoutIsWhatItsCallersGet()
    {
        Task<int> waiter = _cache.GetOrAddAsync("a", static async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        }).AsTask();

        _time.Step(Limit);

        await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));
        // The factory ends by itself, perhaps a moment later.
        Assert.True(SpinWait.SpinUntil(() => _cache.GetStatistics().CurrentFactories == 0, Patience));
        Assert.Equal(1, _cache.GetStatistics().TotalFactoryTimeouts);
        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Fact]
    public async Task GetOrAddAsync_LateResult_IsKept()
    {
        TaskCompletionSource<int> late = new();
        Task<int> waiter = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(late.Task)).AsTask();
        _time.Step(Limit);
        await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));

        late.SetResult(7);

        AwaitValue(7);
    }

    [Fact]
    public async Task GetOrAddAsync_AfterATimeout_TheNextCallerStartsAnotherAndTheOlderResultDoesNotReplaceIt()
    {
        TaskCompletionSource<int>[] sources = [new(), new(), new()];
        Task<int>[] waiters = new Task<int>[3];
        for (int i = 0; i < 3; i++)
        {
            int number = i;
            waiters[i] = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(sources[number].Task)).AsTask();
            if (i < 2)
            {
                _time.Step(Limit);
                await Assert.ThrowsAsync<TimeoutException>(() => waiters[number].WaitAsync(Patience));
            }
        }

        Assert.Equal(3, _cache.GetStatistics().CurrentFactories);
        sources[1].SetResult(1);
        AwaitValue(1);
        sources[0].SetResult(0);
        AwaitFactories(1);
        AwaitValue(1);
        sources[2].SetResult(2);

        Assert.Equal(2, await waiters[2]);
        AwaitValue(2);
        AwaitFactories(0);
        Assert.Equal(1, _cache.Count);
    }

    [Fact]
    public async Task Set_WhileTimedOutFactoriesGoOn_IsNotReplacedByAnyOfThem()
    {
        TaskCompletionSource<int>[] sources = [new(), new()];
        foreach (TaskCompletionSource<int> source in sources)
        {
            Task<int> waiter = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask();
            _time.Step(Limit);
            await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));
        }

        _cache.Set("a", 9);
        sources[0].SetResult(1);
        sources[1].SetResult(2);
        AwaitFactories(0);

        Assert.True(_cache.TryGetValue("a", out int value) && value == 9);
    }

    [Fact]
    public async Task GetOrAdd_AnothersFactoryHangs_GetsATimeout()
    {
        TaskCompletionSource<int> never = new();
        Task<int> first = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(never.Task)).AsTask();
        int timers = _time.ActiveTimerCount;
        Task<int> second = Task.Run(() => _cache.GetOrAdd("a", static _ => 1));
        Assert.True(SpinWait.SpinUntil(() => _time.ActiveTimerCount > timers || second.IsCompleted, Patience));

        _time.Step(Limit);

        await Assert.ThrowsAsync<TimeoutException>(() => first.WaitAsync(Patience));
        await Assert.ThrowsAsync<TimeoutException>(() => second.WaitAsync(Patience));
    }

    [Fact]
    public async Task GetOrAdd_SynchronousFactoryOverrunsItsTime_ItsCallerGetsTheValueAndTheWaiterATimeout()
    {
        using ManualResetEventSlim mayEnd = new();
        using ManualResetEventSlim began = new();
        Task<int> creator = Task.Run(() => _cache.GetOrAdd("a", _ =>
        {
            began.Set();
            mayEnd.Wait(Patience);
            return 5;
        }));
        Assert.True(began.Wait(Patience));
        Task<int> waiter = _cache.GetOrAddAsync("a", static (_, _) => new ValueTask<int>(1)).AsTask();
        _time.Step(Limit);

        await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));
        mayEnd.Set();

        Assert.Equal(5, await creator);
        Assert.Equal((1, 1), (_cache.Count, _cache.GetStatistics().TotalFactoryTimeouts));
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryThrowsATimeoutOfItsOwn_ItIsNotCounted()
    {
        Task<int> waiter = _cache.GetOrAddAsync("a", static async ValueTask<int> (_, _) =>
        {
            await Task.Yield();
            throw new TimeoutException("planted");
        }).AsTask();

        TimeoutException exception = await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));

        Assert.Equal("planted", exception.Message);
        Assert.Equal(0, _cache.GetStatistics().TotalFactoryTimeouts);
    }

    [Fact]
    public async Task GetOrAddAsync_ManyHangAndEnd_LeaveNoTimerBehind()
    {
        for (int i = 0; i < 50; i++)
        {
            TaskCompletionSource<int> source = new();
            Task<int> waiter = _cache.GetOrAddAsync($"k{i}", (_, _) => new ValueTask<int>(source.Task)).AsTask();
            if (i % 2 == 0)
            {
                _time.Step(Limit);
                await Assert.ThrowsAsync<TimeoutException>(() => waiter.WaitAsync(Patience));
            }

            source.SetResult(i);
        }

        Assert.True(SpinWait.SpinUntil(() => _time.ActiveTimerCount == 0, Patience));
        Assert.Equal(0, _cache.GetStatistics().CurrentFactories);
    }

    [Fact]
    public async Task GetStatistics_FactoriesHang_TellsHowManyAndTheOldestAge()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10 }, _time);
        Assert.Null(cache.GetStatistics().OldestFactoryAge);
        TaskCompletionSource<int>[] sources = [new(), new()];
        Task<int> first = cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(sources[0].Task)).AsTask();
        _time.Step(Limit);
        Task<int> second = cache.GetOrAddAsync("b", (_, _) => new ValueTask<int>(sources[1].Task)).AsTask();
        _time.Step(Limit);

        Assert.Equal((2, 2 * Limit), (cache.GetStatistics().CurrentFactories, cache.GetStatistics().OldestFactoryAge));
        sources[0].SetResult(1);
        await first;
        Assert.Equal((1, Limit), (cache.GetStatistics().CurrentFactories, cache.GetStatistics().OldestFactoryAge));
        sources[1].SetResult(1);
        await second;

        Assert.Equal((0, null), (cache.GetStatistics().CurrentFactories, cache.GetStatistics().OldestFactoryAge));
    }

    [Fact]
    public void GetStatistics_SynchronousFactoryInACacheWithoutAClock_CountsFromTheFirstReading()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10 }, _time);

        cache.GetOrAdd("a", _ =>
        {
            _time.Step(Limit);
            Assert.Equal((1, TimeSpan.Zero), (cache.GetStatistics().CurrentFactories, cache.GetStatistics().OldestFactoryAge));
            _time.Step(Limit);
            Assert.Equal(Limit, cache.GetStatistics().OldestFactoryAge);
            return 1;
        });

        Assert.Equal(0, cache.GetStatistics().CurrentFactories);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50 * 24 * 3600 * 1000L)]
    public void Constructor_LimitOutOfRange_NamesTheCache(long milliseconds)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new BoundedCache<int, int>(new() { Capacity = 1, Name = "prices", FactoryTimeout = TimeSpan.FromMilliseconds(milliseconds) }));

        Assert.Contains("\"prices\": FactoryTimeout", exception.Message, StringComparison.Ordinal);
    }

    // What follows a factory's result may run on another thread than its setter's.
    private void AwaitValue(int expected) => Assert.True(SpinWait.SpinUntil(() => _cache.TryGetValue("a", out int value) && value == expected, Patience));

    private void AwaitFactories(int expected) => Assert.True(SpinWait.SpinUntil(() => _cache.GetStatistics().CurrentFactories == expected, Patience));
}
