namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheTests
{
    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void Set_NewKey_IsFound(EvictionPolicy policy)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, EvictionPolicy = policy });

        Assert.Equal(CacheSetResult.Added, cache.Set("a", 1));

        Assert.True(cache.TryGetValue("a", out int value));
        Assert.Equal(1, value);
        Assert.False(cache.TryGetValue("b", out _));
        Assert.Equal(1, cache.Count);
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void Set_PresentKey_ReplacesItsValue(EvictionPolicy policy)
    {
        BoundedCache<string, decimal> cache = new(new() { Capacity = 10, EvictionPolicy = policy });
        cache.Set("a", 1);

        Assert.Equal(CacheSetResult.Replaced, cache.Set("a", 2));

        Assert.True(cache.TryGetValue("a", out decimal value));
        Assert.Equal(2, value);
        Assert.Equal(1, cache.Count);
    }

    [Theory]
    [InlineData(1, EvictionPolicy.Adaptive)]
    [InlineData(2, EvictionPolicy.Adaptive)]
    [InlineData(7, EvictionPolicy.Adaptive)]
    [InlineData(1000, EvictionPolicy.Adaptive)]
    [InlineData(20_000, EvictionPolicy.Adaptive)]
    [InlineData(1, EvictionPolicy.LeastRecentlyUsed)]
    [InlineData(1000, EvictionPolicy.LeastRecentlyUsed)]
    public void Set_FarMoreKeysThanCapacity_HoldsExactlyTheCapacityAndTheNewest(int capacity, EvictionPolicy policy)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = capacity, EvictionPolicy = policy });

        for (int i = 0; i < (3 * capacity) + 10; i++)
        {
            cache.Set(i, -i);
            Assert.True(cache.TryGetValue(i, out int value) && value == -i, "The newest entry is there.");
            Assert.Equal(Math.Min(capacity, i + 1), cache.Count);
        }
    }

    [Fact]
    public void Set_SameKeysOverManyGrowths_LosesNone()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100_000 });

        for (int i = 0; i < 100_000; i++)
        {
            cache.Set(i, i + 1);
        }

        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(cache.TryGetValue(i, out int value) && value == i + 1);
        }
    }

    [Fact]
    public void TryRemove_PresentKey_ReturnsItsValueOnce()
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 10 });
        cache.Set(1, "one");

        Assert.True(cache.TryRemove(1, out string? value));
        Assert.Equal("one", value);
        Assert.False(cache.TryRemove(1));
        Assert.False(cache.TryGetValue(1, out _));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Clear_FullCache_RemovesAllAndTakesNewEntries()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100 });
        for (int i = 0; i < 200; i++)
        {
            cache.Set(i, i);
        }

        cache.Clear();

        Assert.Equal(0, cache.Count);
        Assert.False(cache.TryGetValue(199, out _));
        cache.Set(1, 1);
        Assert.True(cache.TryGetValue(1, out _));
    }

    [Fact]
    public void GetOrAdd_AbsentThenPresentKey_CallsTheFactoryOnceWithItsState()
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 10 });
        List<int> calls = [];
        string Create(int key, List<int> seen)
        {
            seen.Add(key);
            return $"v{key}";
        }

        Assert.Equal("v3", cache.GetOrAdd(3, Create, calls));
        Assert.Equal("v3", cache.GetOrAdd(3, Create, calls));

        Assert.Equal([3], calls);
    }

    [Fact]
    public void GetStatistics_AfterReadsAndWrites_AddsUp()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 2 });
        cache.Set(1, 1);
        cache.Set(1, 2);
        cache.Set(2, 2);
        cache.Set(3, 3);
        cache.TryGetValue(3, out _);
        cache.TryGetValue(99, out _);
        cache.TryRemove(3);

        BoundedCacheStatistics statistics = cache.GetStatistics();

        Assert.Equal(1, statistics.CurrentEntryCount);
        Assert.Equal(1, statistics.TotalHits);
        Assert.Equal(1, statistics.TotalMisses);
        Assert.Equal(4, statistics.TotalAdded);
        Assert.Equal(1, statistics.TotalReplaced);
        Assert.Equal(1, statistics.TotalCapacityEvictions);
        Assert.Equal(1, statistics.TotalRemoved);
    }

    [Fact]
    public void GetStatistics_SwitchedOff_HasNoReadsButTheLedger()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 2, TrackStatistics = false });
        cache.Set(1, 1);
        cache.TryGetValue(1, out _);

        BoundedCacheStatistics statistics = cache.GetStatistics();

        Assert.Null(statistics.TotalHits);
        Assert.Null(statistics.TotalMisses);
        Assert.Equal(1, statistics.TotalAdded);
    }

    [Fact]
    public void TryGetValue_CustomComparer_IsUsed()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, KeyComparer = StringComparer.OrdinalIgnoreCase });
        cache.Set("Key", 1);

        Assert.True(cache.TryGetValue("kEY", out _));
        Assert.Equal(CacheSetResult.Replaced, cache.Set("KEY", 2));
    }

    [Fact]
    public void TryGetValue_KeysWhoseHashesAllCollide_FindsEach()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 200, KeyComparer = new ConstantHash() });
        for (int i = 0; i < 300; i++)
        {
            cache.Set(i, i);
        }

        Assert.Equal(200, cache.Count);
        Assert.Equal(200, Enumerable.Range(0, 300).Count(i => cache.TryGetValue(i, out int value) && value == i));
    }

    [Fact]
    public void Dispose_UsedCache_ReadsFindNothingAndWritesThrow()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10 });
        cache.Set(1, 1);

        cache.Dispose();
        cache.Dispose();

        Assert.False(cache.TryGetValue(1, out _));
        Assert.Throws<ObjectDisposedException>(() => cache.Set(2, 2));
        Assert.Throws<ObjectDisposedException>(() => cache.GetOrAdd(2, static key => key));
        Assert.Equal(0, cache.Count);
    }

    private sealed class ConstantHash : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int obj) => 42;
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(16, 0)]
    [InlineData(16, 8)]
    [InlineData(256, 8)]
    [InlineData(4096, 0)]
    [InlineData(65_536, 1000)]
    public void Adaptive_KeysInAnyStride_AreKeptAsWell(int stride, int offset)
    {
        // Each key is asked for some three times within a short time and then no more: newcomers are worth more than residents.
        BoundedCache<int, int> cache = new(new() { Capacity = 8192 });
        Random random = new(1);
        int hits = 0;
        for (int i = 0; i < 300_000; i++)
        {
            int recent = (i / 3) + (int)(-4000 * Math.Log(1 - random.NextDouble()));
            int key = (recent * stride) + offset;
            if (cache.TryGetValue(key, out _))
            {
                hits++;
            }
            else
            {
                cache.Set(key, i);
            }
        }

        // Plain keys: 0.41, with a window that adapts to them.
        Assert.InRange(hits / 300_000.0, 0.39, 0.43);
    }
}
