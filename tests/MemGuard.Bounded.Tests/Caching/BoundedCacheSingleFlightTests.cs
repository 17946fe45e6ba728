using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheSingleFlightTests
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BoundedCache<string, int> _cache = new(new() { Capacity = 100 });

    [Fact]
    public async Task GetOrAddAsync_ManyCallersOfOneKey_CallTheFactoryOnce()
    {
        TaskCompletionSource<int> source = new();
        int calls = 0;
        Task<int>[] waiters = [.. Enumerable.Range(0, 50).Select(_ => _cache.GetOrAddAsync("a", (_, _) =>
        {
            calls++;
            return new ValueTask<int>(source.Task);
        }).AsTask())];

        source.SetResult(7);

        Assert.All(await Task.WhenAll(waiters), static value => Assert.Equal(7, value));
        Assert.Equal(1, calls);
        Assert.True(_cache.TryGetValue("a", out _));
    }

    [Fact]
    public async Task GetOrAddAsync_ManyKeysAtOnce_CallTheFactoryOnceForEach()
    {
        const int Keys = 5;
        Dictionary<int, int> calls = [];
        TaskCompletionSource<int>[] sources = [.. Enumerable.Range(0, Keys).Select(static _ => new TaskCompletionSource<int>())];
        BoundedCache<int, int> cache = new(new() { Capacity = 100 });
        List<Task<int>> waiters = [];
        for (int i = 0; i < 3 * Keys; i++)
        {
            waiters.Add(GetAsync(i % Keys));
            // One ends and its place is taken by others, while the rest go on.
            if (i == Keys)
            {
                sources[0].SetResult(0);
                await waiters[0];
            }
        }

        for (int key = Keys - 1; key > 0; key--)
        {
            sources[key].SetResult(key);
        }

        int[] values = await Task.WhenAll(waiters);
        Assert.Equal(Enumerable.Range(0, 3 * Keys).Select(static i => i % Keys), values);
        Assert.All(calls, static call => Assert.Equal(1, call.Value));
        Assert.Equal(Keys, cache.Count);

        Task<int> GetAsync(int key) => cache.GetOrAddAsync(key, (created, _) =>
        {
            calls[created] = calls.GetValueOrDefault(created) + 1;
            return new ValueTask<int>(sources[created].Task);
        }).AsTask();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task GetOrAddAsync_FewKeysAtOnce_EachIsJoined(int joined)
    {
        TaskCompletionSource<int> source = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 100 });
        List<Task<int>> waiters = [];
        for (int key = 0; key <= joined; key++)
        {
            waiters.Add(cache.GetOrAddAsync(key, (_, _) => new ValueTask<int>(source.Task)).AsTask());
        }

        waiters.Add(cache.GetOrAddAsync(joined, static (_, _) => throw new InvalidOperationException("It is being created.")).AsTask());
        source.SetResult(7);

        Assert.All(await Task.WhenAll(waiters), static value => Assert.Equal(7, value));
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryFails_EveryWaiterSeesItAndNothingIsCached()
    {
        TaskCompletionSource<int> source = new();
        Task<int>[] waiters = [.. Enumerable.Range(0, 5).Select(_ => _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask())];

        source.SetException(new TimeoutException("planted"));

        foreach (Task<int> waiter in waiters)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => waiter);
        }

        Assert.False(_cache.TryGetValue("a", out _));
        Assert.Equal(3, await _cache.GetOrAddAsync("a", static (_, _) => new ValueTask<int>(3)));
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryThrowsAtOnce_IsThrownByTheTask()
    {
        ValueTask<int> task = _cache.GetOrAddAsync("a", static ValueTask<int> (_, _) => throw new TimeoutException("planted"));

        await Assert.ThrowsAsync<TimeoutException>(async () => await task);
    }

    [Fact]
    public async Task GetOrAddAsync_OneWaiterCancelled_TheOthersGetTheValue()
    {
        TaskCompletionSource<int> source = new();
        using CancellationTokenSource cancellation = new();
        CancellationToken factoryToken = default;
        Task<int> first = _cache.GetOrAddAsync("a", (_, token) =>
        {
            factoryToken = token;
            return new ValueTask<int>(source.Task);
        }, cancellation.Token).AsTask();
        Task<int> second = _cache.GetOrAddAsync("a", static (_, _) => new ValueTask<int>(-1)).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(factoryToken.IsCancellationRequested);
        source.SetResult(7);

        Assert.Equal(7, await second);
    }

    [Fact]
    public async Task GetOrAddAsync_AllWaitersCancelled_TheFactoryIsCancelledAndTheNextCallerStartsAnother()
    {
        TaskCompletionSource<int> source = new();
        using CancellationTokenSource cancellation = new();
        CancellationToken factoryToken = default;
        Task<int>[] waiters = [.. Enumerable.Range(0, 3).Select(_ => _cache.GetOrAddAsync("a", (_, token) =>
        {
            factoryToken = token;
            return new ValueTask<int>(source.Task);
        }, cancellation.Token).AsTask())];

        await cancellation.CancelAsync();
        foreach (Task<int> waiter in waiters)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        }

        Assert.True(factoryToken.IsCancellationRequested);
        Assert.Equal(3, await _cache.GetOrAddAsync("a", static (_, _) => new ValueTask<int>(3)));
        // The abandoned creation comes too late: it must not replace the newer value.
        source.SetResult(-1);
        Assert.True(_cache.TryGetValue("a", out int value) && value == 3);
    }

    [Fact]
    public async Task TryRemove_WhileTheValueIsCreated_TheWaiterGetsItAndItIsNotCached()
    {
        TaskCompletionSource<int> source = new();
        Task<int> waiter = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask();

        _cache.TryRemove("a");
        source.SetResult(7);

        Assert.Equal(7, await waiter);
        Assert.False(_cache.TryGetValue("a", out _));
    }

    [Fact]
    public async Task Set_WhileTheValueIsCreated_TheNewerValueStays()
    {
        TaskCompletionSource<int> source = new();
        Task<int> waiter = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask();

        _cache.Set("a", 9);
        source.SetResult(7);

        Assert.Equal(7, await waiter);
        Assert.True(_cache.TryGetValue("a", out int value) && value == 9);
    }

    [Fact]
    public async Task GetOrAddAsync_Stale_ReturnsTheOldValueWhileOneRefreshRuns()
    {
        FakeTimeProvider time = new();
        BoundedCache<string, int> cache = new(
            new() { Capacity = 10, TimeToLive = TimeSpan.FromMinutes(1), StaleFor = TimeSpan.FromMinutes(1) }, time);
        cache.Set("a", 1);
        time.Advance(TimeSpan.FromSeconds(61));
        TaskCompletionSource<int> source = new();
        int calls = 0;
        ValueTask<int> Create(string key, CancellationToken token)
        {
            calls++;
            return new ValueTask<int>(source.Task);
        }

        Assert.Equal(1, await cache.GetOrAddAsync("a", Create));
        Assert.Equal(1, await cache.GetOrAddAsync("a", Create));
        source.SetResult(2);

        // The refresh ends on another thread.
        Assert.True(SpinWait.SpinUntil(() => cache.TryGetValue("a", out _), TimeSpan.FromSeconds(30)));
        Assert.Equal(1, calls);
        Assert.Equal(2, await cache.GetOrAddAsync("a", Create));
    }

    [Fact]
    public void GetOrAdd_FactoryAsksForItsOwnKey_ThrowsInsteadOfWaitingForEver()
    {
        Assert.Throws<InvalidOperationException>(() => _cache.GetOrAdd("a", key => _cache.GetOrAdd(key, static _ => 1)));
        Assert.Equal(2, _cache.GetOrAdd("a", _ => _cache.GetOrAdd("b", static _ => 2)));
    }

    [Fact]
    public void GetOrAdd_ManyThreads_CallTheFactoryOncePerKey()
    {
        int calls = 0;
        for (int round = 0; round < 200; round++)
        {
            string key = $"k{round % 100}";
            _cache.TryRemove(key);
            int before = calls;
            int[] values = new int[4];
            ThreadTeam.Run(4, i =>
                values[i] = _cache.GetOrAdd(key, _ => Interlocked.Increment(ref calls)));

            Assert.Equal(before + 1, calls);
            Assert.All(values, value => Assert.Equal(calls, value));
        }
    }

    [Fact]
    public void GetOrAdd_AndGetOrAddAsyncMixed_CallTheFactoryOncePerKey()
    {
        const int Keys = 20_000;
        BoundedCache<int, int> cache = new(new() { Capacity = 2 * Keys });
        int[] calls = new int[Keys];
        int[] reached = new int[4];
        ThreadTeam.Run(4, i =>
        {
            for (int key = 0; key < Keys; key++)
            {
                // In step, without a barrier's wake-up: all four ask for a new key at nearly the same moment.
                Volatile.Write(ref reached[i], key);
                SpinWait spinner = default;
                while (IsBehind(reached, key))
                {
                    spinner.SpinOnce(sleep1Threshold: -1);
                }

                _ = i % 2 == 0
                    ? cache.GetOrAdd(key, Create)
                    : cache.GetOrAddAsync(key, (k, _) => new ValueTask<int>(Create(k))).AsTask().GetAwaiter().GetResult();
            }
        });

        Assert.All(calls, static count => Assert.Equal(1, count));

        int Create(int key) => Interlocked.Increment(ref calls[key]);

        static bool IsBehind(int[] reached, int key)
        {
            for (int i = 0; i < reached.Length; i++)
            {
                if (Volatile.Read(ref reached[i]) < key)
                {
                    return true;
                }
            }

            return false;
        }
    }

    [Fact]
    public async Task Set_OfAKeyWithTheSameHash_LeavesTheCreationAlone()
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 10, KeyComparer = new OneHash() });
        using ManualResetEventSlim began = new();
        using ManualResetEventSlim mayEnd = new();
        Task<string> first = Task.Run(() => cache.GetOrAdd(1, _ =>
        {
            began.Set();
            mayEnd.Wait(TimeSpan.FromSeconds(30));
            return "first";
        }));
        Assert.True(began.Wait(TimeSpan.FromSeconds(30)));

        cache.Set(2, "other");
        ValueTask<string> second = cache.GetOrAddAsync(1, static (_, _) => new ValueTask<string>("second"));
        mayEnd.Set();

        Assert.Equal("first", await second);
        Assert.Equal("first", await first);
        Assert.True(cache.TryGetValue(1, out string? value) && value == "first");
    }

    private sealed class OneHash : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int obj) => 7;
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryAwaitsItsOwnKey_Throws()
    {
        Task<int> asked = _cache.GetOrAddAsync("a", async (key, token) =>
        {
            await Task.Yield();
            return await _cache.GetOrAddAsync(key, static (_, _) => ValueTask.FromResult(1), token);
        }).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => asked.WaitAsync(Patience));
        Assert.Equal(2, await _cache.GetOrAddAsync("a", static (_, _) => ValueTask.FromResult(2)));
    }

    [Fact]
    public async Task GetOrAddAsync_FactoriesAwaitEachOthersKeys_Throws()
    {
        Task<int> asked = _cache.GetOrAddAsync("a", (_, token) => _cache.GetOrAddAsync("b", async (_, inner) =>
        {
            await Task.Yield();
            return await _cache.GetOrAddAsync("a", static (_, _) => ValueTask.FromResult(1), inner);
        }, token)).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => asked.WaitAsync(Patience));
    }

    // What a factory has asked before says nothing of what its caller asks afterwards.
    [Fact]
    public async Task GetOrAddAsync_SameKeyAfterItsFactoryEnded_IsFound()
    {
        int first = await _cache.GetOrAddAsync("a", async (_, _) =>
        {
            await Task.Yield();
            return 1;
        });

        Assert.Equal((1, 1), (first, await _cache.GetOrAddAsync("a", static (_, _) => ValueTask.FromResult(2))));
    }
}
