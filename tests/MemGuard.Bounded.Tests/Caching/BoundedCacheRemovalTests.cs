namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheRemovalTests
{
    private readonly List<(int Key, string Value, EvictionReason Reason)> _left = [];

    [Fact]
    public void EntryRemoved_EveryWayOfLeaving_IsToldWithItsReason()
    {
        BoundedCache<int, string> cache = Create(capacity: 2);

        cache.Set(1, "a");
        cache.Set(1, "b");
        cache.Set(2, "c");
        cache.Set(3, "d");
        cache.TryRemove(3);
        cache.Clear();

        Assert.Equal((1, "a", EvictionReason.Replaced), _left[0]);
        Assert.Equal(EvictionReason.Capacity, _left[1].Reason);
        Assert.Equal((3, "d", EvictionReason.Removed), _left[2]);
        Assert.Equal(EvictionReason.Cleared, _left[3].Reason);
        Assert.Equal(4, _left.Count);
    }

    [Fact]
    public void EntryRemoved_UsesTheCache_IsCalledOutsideItsLocks()
    {
        BoundedCache<int, string>? cache = null;
        int calls = 0;
        cache = new(new()
        {
            Capacity = 1,
            EntryRemoved = (key, _, _) =>
            {
                calls++;
                Assert.False(cache!.TryGetValue(key, out _));
                cache.TryRemove(99);
                cache.GetStatistics();
                cache.Capacity = 1;
            },
        });

        cache.Set(1, "a");
        cache.Set(2, "b");
        cache.Clear();

        Assert.Equal(2, calls);
    }

    [Fact]
    public void EntryRemoved_Throws_IsContainedAndCounted()
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 1, EntryRemoved = static (_, _, _) => throw new TimeoutException("planted") });

        cache.Set(1, "a");
        cache.Set(2, "b");

        Assert.True(cache.TryGetValue(2, out _));
        Assert.Equal(1, cache.GetStatistics().TotalCallbackErrors);
    }

    [Fact]
    public void DisposeValues_EveryValueThatLeaves_IsDisposedOnceAfterItLeft()
    {
        BoundedCache<int, Disposable> cache = new(new() { Capacity = 2, DisposeValues = true });
        Disposable[] values = [new(), new(), new(), new(), new()];

        cache.Set(1, values[0]);
        cache.Set(1, values[0]);
        Assert.Equal(0, values[0].Disposals);
        cache.Set(1, values[1]);
        cache.Set(2, values[2]);
        cache.Set(3, values[3]);
        cache.TryRemove(3);
        cache.Set(4, values[4]);
        cache.Dispose();

        Assert.All(values, static value => Assert.Equal(1, value.Disposals));
    }

    [Fact]
    public void DisposeValues_DisposalThrows_IsContained()
    {
        BoundedCache<int, Disposable> cache = new(new() { Capacity = 2, DisposeValues = true });
        cache.Set(1, new Disposable { Throws = true });

        cache.Clear();

        Assert.Equal(1, cache.GetStatistics().TotalCallbackErrors);
    }

    private BoundedCache<int, string> Create(int capacity) =>
        new(new() { Capacity = capacity, EntryRemoved = (key, value, reason) => _left.Add((key, value, reason)) });

    private sealed class Disposable : IDisposable
    {
        public int Disposals { get; private set; }

        public bool Throws { get; init; }

        public void Dispose()
        {
            Disposals++;
            if (Throws)
            {
                throw new InvalidOperationException("planted");
            }
        }
    }

    // Both write what the reads ask, under another lock each: whichever writes last must not bring the cache back.
    [Fact]
    public void Dispose_BesideManyClears_StaysDisposed()
    {
        for (int round = 0; round < 300; round++)
        {
            BoundedCache<int, int> cache = new(new() { Capacity = 20_000 });
            using Barrier start = new(2);
            bool ends = false;
            Thread clearing = new(() =>
            {
                start.SignalAndWait();
                while (!Volatile.Read(ref ends))
                {
                    cache.Clear();
                }
            });
            clearing.Start();
            start.SignalAndWait();
            cache.Dispose();
            Volatile.Write(ref ends, true);
            clearing.Join();

            Assert.Throws<ObjectDisposedException>(() => cache.Set(1, 1));
        }
    }
}
