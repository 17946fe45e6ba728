using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class LeasedCacheTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly LeasedCache<int, Resource> _cache = new(new() { Capacity = 2 });

    public static TheoryData<bool> Ways => [false, true];

    [Fact]
    public void Eviction_OfALeasedValue_DisposesAfterTheLastLease()
    {
        Resource resource = new();
        _cache.Set(1, resource);
        Assert.True(_cache.TryGetValue(1, out CacheLease<Resource> first));
        Assert.True(_cache.TryGetValue(1, out CacheLease<Resource> second));
        Assert.Equal(2, _cache.GetLeaseStatistics().CurrentLeases);

        _cache.TryRemove(1);
        Assert.Equal((0, 1), (_cache.GetLeaseStatistics().CurrentLeases, _cache.GetLeaseStatistics().CurrentLingeringValues));
        first.Dispose();
        Assert.Equal(0, resource.Disposals);
        Assert.Same(resource, second.Value);
        second.Dispose();

        Assert.Equal(1, resource.Disposals);
        Assert.Equal(0, _cache.GetLeaseStatistics().CurrentLingeringValues);
        Assert.False(_cache.TryGetValue(1, out _));
    }

    [Fact]
    public void Eviction_OfAValueThatNobodyHolds_DisposesAtOnce()
    {
        Resource[] resources = [new(), new(), new(), new()];
        for (int i = 0; i < 4; i++)
        {
            _cache.Set(i, resources[i]);
        }

        Assert.Equal((2, 2), (resources.Sum(static resource => resource.Disposals), _cache.Count));
        _cache.Set(3, new Resource());
        Assert.Equal(1, resources[3].Disposals);
        _cache.Dispose();

        Assert.All(resources, static resource => Assert.Equal(1, resource.Disposals));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrAdd_Missing_CreatesOnceAndLeasesIt(bool isAsync)
    {
        int calls = 0;
        CacheLease<Resource> first = await Get(isAsync, _cache, 1, Create);
        CacheLease<Resource> second = await Get(isAsync, _cache, 1, Create);

        Assert.Same(first.Value, second.Value);
        Assert.Equal((1, 2), (calls, _cache.GetLeaseStatistics().CurrentLeases));
        Resource resource = first.Value;
        _cache.Clear();
        first.Dispose();
        second.Dispose();

        Assert.Equal(1, resource.Disposals);
        Assert.Equal((1, 1), (_cache.GetStatistics().TotalHits, _cache.GetStatistics().TotalMisses));

        Resource Create()
        {
            calls++;
            return new Resource();
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrAdd_TooHeavyToKeep_IsTheCallersUntilItsLeaseEnds(bool isAsync)
    {
        LeasedCache<int, Resource> cache = new(new() { Capacity = 2, MaxWeight = 1, Weigher = static (_, _) => 2 });

        CacheLease<Resource> lease = await Get(isAsync, cache, 1, static () => new Resource());

        Assert.Equal((0, 0), (cache.Count, lease.Value.Disposals));
        Resource resource = lease.Value;
        lease.Dispose();
        Assert.Equal(1, resource.Disposals);
        Assert.Equal(CacheSetResult.RefusedTooHeavy, cache.Set(1, resource = new Resource()));
        Assert.Equal(1, resource.Disposals);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GetOrAdd_WeigherThrows_DisposesOfWhatTheFactoryMade(bool isAsync)
    {
        Resource resource = new();
        LeasedCache<int, Resource> cache = new(new() { Capacity = 2, MaxWeight = 1, Weigher = static (_, _) => throw new TimeoutException("planted") });

        await Assert.ThrowsAsync<TimeoutException>(() => Get(isAsync, cache, 1, () => resource));

        Assert.Equal(1, resource.Disposals);
        Assert.Throws<TimeoutException>(() => cache.Set(1, resource = new Resource()));
        Assert.Equal(0, resource.Disposals);
    }

    [Fact]
    public async Task GetOrAddAsync_KeyIsSetMeanwhile_TheCreatedValueEndsWithItsLease()
    {
        TaskCompletionSource<Resource> source = new();
        Task<CacheLease<Resource>> task = _cache.GetOrAddAsync(1, (_, _) => new ValueTask<Resource>(source.Task)).AsTask();
        Resource set = new();
        _cache.Set(1, set);
        Resource created = new();
        source.SetResult(created);

        CacheLease<Resource> lease = await task;

        Assert.Same(created, lease.Value);
        lease.Dispose();
        Assert.Equal((1, 0), (created.Disposals, set.Disposals));
    }

    [Fact]
    public async Task GetOrAddAsync_CallerLeaves_TheValueIsNotLeasedToAnybody()
    {
        TaskCompletionSource<Resource> source = new();
        using CancellationTokenSource cancellation = new();
        Task<CacheLease<Resource>> first = _cache.GetOrAddAsync(1, (_, _) => new ValueTask<Resource>(source.Task), cancellation.Token).AsTask();
        Task<CacheLease<Resource>> second = _cache.GetOrAddAsync(1, static (_, _) => throw new InvalidOperationException("It is being made.")).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Resource resource = new();
        source.SetResult(resource);

        CacheLease<Resource> lease = await second;
        Assert.Equal(1, _cache.GetLeaseStatistics().CurrentLeases);
        lease.Dispose();
        Assert.Equal(0, _cache.GetLeaseStatistics().CurrentLeases);
        _cache.Clear();

        Assert.Equal(1, resource.Disposals);
    }

    [Fact]
    public void GetOrAdd_DueForRenewal_TheOldValueEndsAfterItsLastLease()
    {
        LeasedCache<int, Resource> cache = new(new() { Capacity = 2, RefreshAfter = Minute }, _time);
        Resource old = new();
        cache.Set(1, old);
        _time.Step(Minute);

        CacheLease<Resource> lease = cache.GetOrAdd(1, static _ => new Resource());
        Assert.Same(old, lease.Value);
        Assert.True(SpinWait.SpinUntil(() => cache.GetStatistics().TotalRefreshes == 1, Patience));
        Assert.Equal(0, old.Disposals);
        lease.Dispose();

        Assert.Equal(1, old.Disposals);
        Assert.Equal(0, cache.GetLeaseStatistics().CurrentLeases);
    }

    [Fact]
    public void Lease_ReturnedTwice_IsNothingForOneAndAnErrorForACopy()
    {
        _cache.Set(1, new Resource());
        Assert.True(_cache.TryGetValue(1, out CacheLease<Resource> lease));
        CacheLease<Resource> copy = lease;
        _cache.Clear();

        lease.Dispose();
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => lease.Value);
        Assert.Throws<InvalidOperationException>(() => copy.Dispose());
        Assert.Throws<ObjectDisposedException>(static () => default(CacheLease<Resource>).Value);
    }

    [Fact]
    public void Lease_Lost_IsCountedOnceItsValueHasLeft()
    {
        LeaseAndForget(_cache);
        _cache.Clear();
        Assert.Equal(1, _cache.GetLeaseStatistics().CurrentLingeringValues);

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return _cache.GetLeaseStatistics().TotalLeakedValues == 1;
            },
            Patience));

        Assert.Equal(0, _cache.GetLeaseStatistics().CurrentLingeringValues);
    }

    [Fact]
    public void Disposal_Throws_IsCountedAndHurtsNobody()
    {
        _cache.Set(1, new Resource { Throws = true });
        Assert.True(_cache.TryGetValue(1, out CacheLease<Resource> lease));
        _cache.Set(2, new Resource { Throws = true });
        _cache.Clear();
        lease.Dispose();

        Assert.Equal(2, _cache.GetLeaseStatistics().TotalDisposeErrors);
    }

    [Fact]
    public async Task Options_AreThoseOfTheCacheBeneath()
    {
        List<(int, Resource, EvictionReason)> removed = [];
        LeasedCache<int, Resource> cache = new(
            new()
            {
                Capacity = 10,
                TimeToLive = 10 * Minute,
                ItemTimeToLive = static (key, _) => key * Minute,
                EntryRemoved = (key, value, reason) => removed.Add((key, value, reason)),
            },
            _time);
        Resource resource = new();
        cache.Set(1, resource);
        (await cache.GetOrAddAsync(2, static (_, _) => new ValueTask<Resource>(new Resource()))).Dispose();

        _time.Pass(Minute + TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

        Assert.Equal([(1, resource, EvictionReason.Expired)], removed);
        Assert.Equal((1, 1, 10), (resource.Disposals, cache.Count, cache.Capacity));
        Assert.Contains("LeasedCache", Assert.Throws<ArgumentException>(static () => new LeasedCache<int, Resource>(new() { Capacity = 0 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hits_AllocateNothing()
    {
        // No numbers as keys: an unoptimized build boxes them to ask whether they are null.
        LeasedCache<string, Resource> cache = new(new() { Capacity = 2 });
        cache.Set("a", new Resource());
        Func<string, Resource> factory = static _ => new Resource();
        Read(10);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Read(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using CacheLease<Resource> found = cache.GetOrAdd("a", factory);
                Assert.True(cache.TryGetValue("a", out CacheLease<Resource> lease));
                lease.Dispose();
            }
        }
    }

    // The promise: nobody ever holds a value that has been disposed of, and each is disposed of once.
    [Fact]
    public void Leases_UnderEviction_NeverSeeADisposedValueAndEachIsDisposedOfOnce()
    {
        int created = 0;
        int disposed = 0;
        LeasedCache<int, Resource> cache = new(new() { Capacity = 3 });
        ThreadTeam.Run(4, thread =>
        {
            Random random = new(thread);
            for (int i = 0; i < 20_000; i++)
            {
                int key = random.Next(8);
                using CacheLease<Resource> lease = (i % 3) switch
                {
                    0 => cache.GetOrAddAsync(key, (_, _) => new ValueTask<Resource>(Create())).AsTask().GetAwaiter().GetResult(),
                    _ => cache.GetOrAdd(key, _ => Create()),
                };
                Assert.Equal(0, lease.Value.Disposals);
                switch (random.Next(10))
                {
                    case 0:
                        cache.TryRemove(key);
                        break;
                    case 1:
                        cache.Set(key, Create());
                        break;
                    default:
                        break;
                }

                Assert.Equal(0, lease.Value.Disposals);
            }
        });

        cache.Dispose();
        Assert.Equal(created, disposed);
        Assert.Equal(new CacheLeaseStatistics { CurrentLeases = 0, CurrentLingeringValues = 0, TotalLeakedValues = 0, TotalDisposeErrors = 0 }, cache.GetLeaseStatistics());

        Resource Create()
        {
            Interlocked.Increment(ref created);
            return new Resource { OnDisposed = () => Interlocked.Increment(ref disposed) };
        }
    }

    private static async Task<CacheLease<Resource>> Get(bool isAsync, LeasedCache<int, Resource> cache, int key, Func<Resource> factory) => isAsync
        ? await cache.GetOrAddAsync(key, async (_, _) =>
        {
            await Task.Yield();
            return factory();
        })
        : cache.GetOrAdd(key, _ => factory());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaseAndForget(LeasedCache<int, Resource> cache)
    {
        cache.Set(1, new Resource());
        cache.TryGetValue(1, out _);
    }

    private sealed class Resource : IDisposable
    {
        private int _disposals;

        public int Disposals => Volatile.Read(ref _disposals);

        public bool Throws { get; init; }

        public Action? OnDisposed { get; init; }

        public void Dispose()
        {
            Interlocked.Increment(ref _disposals);
            OnDisposed?.Invoke();
            if (Throws)
            {
                throw new TimeoutException("planted");
            }
        }
    }
}
