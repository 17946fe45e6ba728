using System.Runtime.CompilerServices;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheBoundsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Set_WeightedValues_TotalWeightNeverExceedsTheBoundAndTheNewestStays()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 1000, MaxWeight = 100, Weigher = static (_, value) => value });
        Random random = new(1);

        for (int key = 0; key < 5000; key++)
        {
            int weight = random.Next(0, 60);
            cache.Set(key % 300, weight);

            Assert.True(cache.GetStatistics().CurrentWeight <= 100);
            Assert.True(cache.TryGetValue(key % 300, out int value) && value == weight, "The newest entry is there.");
        }

        Assert.Equal(cache.GetStatistics().CurrentWeight, Enumerable.Range(0, 300).Sum(key => cache.TryGetValue(key, out int value) ? (long)value : 0));
    }

    [Fact]
    public void Set_ValueHeavierThanTheBound_IsRefusedAndTheOldValueIsGone()
    {
        List<(int Value, EvictionReason Reason)> left = [];
        BoundedCache<int, int> cache = new(new()
        {
            Capacity = 10,
            MaxWeight = 100,
            Weigher = static (_, value) => value,
            EntryRemoved = (_, value, reason) => left.Add((value, reason)),
        });
        cache.Set(1, 40);
        cache.Set(2, 40);

        Assert.Equal(CacheSetResult.RefusedTooHeavy, cache.Set(1, 101));

        Assert.False(cache.TryGetValue(1, out _));
        Assert.True(cache.TryGetValue(2, out _));
        Assert.Equal([(40, EvictionReason.Replaced), (101, EvictionReason.Weight)], left);
        Assert.Equal(40, cache.GetStatistics().CurrentWeight);
        Assert.Equal(101, cache.GetOrAdd(3, static _ => 101));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Set_WeightsNearTheLargestNumber_DoNotOverflow()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, MaxWeight = long.MaxValue, Weigher = static (_, _) => 1L << 62 });
        for (int key = 0; key < 5; key++)
        {
            cache.Set(key, key);
        }

        Assert.Equal(1, cache.Count);
        Assert.Equal(1L << 62, cache.GetStatistics().CurrentWeight);
        BoundedCache<int, long> exact = new(new() { Capacity = 10, MaxWeight = (1L << 53) + 3, Weigher = static (_, weight) => weight });
        Assert.Equal(CacheSetResult.RefusedTooHeavy, exact.Set(1, (1L << 53) + 4));
        Assert.Equal(CacheSetResult.Added, exact.Set(1, (1L << 53) + 3));
    }

    [Fact]
    public void Set_ComparerThrows_TheCallerHearsAndNothingChanges()
    {
        List<int> left = [];
        FailingComparer comparer = new();
        BoundedCache<int, int> cache = new(new()
        {
            Capacity = 10,
            MaxWeight = 10,
            Weigher = static (_, value) => value,
            KeyComparer = comparer,
            EntryRemoved = (key, _, _) => left.Add(key),
        });
        cache.Set(1, 5);
        cache.Set(2, 5);
        comparer.IsFailing = true;

        Assert.Throws<InvalidDataException>(() => cache.Set(3, 10));
        comparer.IsFailing = false;
        Assert.Empty(left);
        Assert.Equal(2, cache.Count);
        Assert.Equal(10, cache.GetStatistics().CurrentWeight);
        cache.Set(3, 10);
        Assert.Equal([1, 2], left.Order());
    }

    [Fact]
    public void Set_HeavierValueForAPresentKey_MakesRoomAmongTheOthers()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, MaxWeight = 100, Weigher = static (_, value) => value });
        cache.Set(1, 50);
        cache.Set(2, 50);

        Assert.Equal(CacheSetResult.Replaced, cache.Set(1, 100));

        Assert.True(cache.TryGetValue(1, out int value) && value == 100);
        Assert.False(cache.TryGetValue(2, out _));
        Assert.Equal(1, cache.Count);
        Assert.Equal(1, cache.GetStatistics().TotalWeightEvictions);
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void Capacity_LoweredAndRaised_CountFollows(EvictionPolicy policy)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 20_000, EvictionPolicy = policy });
        for (int i = 0; i < 20_000; i++)
        {
            cache.Set(i, i);
        }

        cache.Capacity = 300;
        Assert.Equal(300, cache.Count);
        cache.Set(-1, -1);
        Assert.True(cache.TryGetValue(-1, out _));
        Assert.Equal(300, cache.Count);

        cache.Capacity = 40_000;
        for (int i = 0; i < 50_000; i++)
        {
            cache.Set(i, i);
        }

        Assert.Equal(40_000, cache.Count);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0.25, 75)]
    [InlineData(1, 0)]
    public void Trim_Ratio_EvictsThatShare(double ratio, int left)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100 });
        for (int i = 0; i < 100; i++)
        {
            cache.Set(i, i);
        }

        cache.Trim(ratio);

        Assert.Equal(left, cache.Count);
        Assert.Equal(100 - left, cache.GetStatistics().TotalCapacityEvictions);
    }

    [Fact]
    public void OnPressure_HighThenLow_ShrinksStepByStepToAQuarterAndRegrows()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 1000 });
        IBoundedStructure structure = cache;
        void Fill()
        {
            for (int i = 0; i < 5000; i++)
            {
                cache.Set(i, i);
            }
        }

        Fill();
        structure.OnPressure(0.95, Second);
        Assert.Equal(900, cache.Count);
        structure.OnPressure(0.85, Second);
        Assert.Equal(900, cache.Count);
        for (int i = 0; i < 100; i++)
        {
            structure.OnPressure(0.99, Second);
        }

        Assert.Equal(250, cache.Count);
        Fill();
        Assert.Equal(250, cache.Count);
        structure.OnPressure(0.5, Second);
        Fill();
        Assert.InRange(cache.Count, 251, 300);
        for (int i = 0; i < 100; i++)
        {
            structure.OnPressure(0.5, Second);
        }

        Fill();
        Assert.Equal(1000, cache.Count);
    }

    [Fact]
    public void OnPressure_SwitchedOff_DoesNothing()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 100, ShrinkUnderPressure = false });
        for (int i = 0; i < 100; i++)
        {
            cache.Set(i, i);
        }

        ((IBoundedStructure)cache).OnPressure(1, Second);

        Assert.Equal(100, cache.Count);
    }

    [Fact]
    public void TryRemove_Value_IsNotRetained()
    {
        BoundedCache<int, object> cache = new(new() { Capacity = 100 });
        for (int i = 0; i < 1000; i++)
        {
            cache.Set(i % 150, new object());
            cache.TryGetValue(i % 40, out _);
        }

        WeakReference value = SetAndRemove(cache);
        GC.Collect();

        Assert.False(value.IsAlive);
        GC.KeepAlive(cache);
    }

    [Fact]
    public void Constructor_BadOptions_NamesTheOption()
    {
        Assert.Contains("Capacity", Fails(new() { Capacity = 0 }), StringComparison.Ordinal);
        Assert.Contains("Capacity", Fails(new() { Capacity = -5 }), StringComparison.Ordinal);
        Assert.Contains("MaxWeight", Fails(new() { Capacity = 1, MaxWeight = 0, Weigher = static (_, _) => 1 }), StringComparison.Ordinal);
        Assert.Contains("Weigher", Fails(new() { Capacity = 1, MaxWeight = 5 }), StringComparison.Ordinal);
        Assert.Contains("Weigher", Fails(new() { Capacity = 1, Weigher = static (_, _) => 1 }), StringComparison.Ordinal);
        Assert.Contains("TimeToLive", Fails(new() { Capacity = 1, TimeToLive = TimeSpan.Zero }), StringComparison.Ordinal);
        Assert.Contains("TimeToLive", Fails(new() { Capacity = 1, TimeToLive = TimeSpan.FromSeconds(-1) }), StringComparison.Ordinal);
        Assert.Contains("SlidingExpiration", Fails(new() { Capacity = 1, SlidingExpiration = TimeSpan.Zero }), StringComparison.Ordinal);
        Assert.Contains("StaleFor", Fails(new() { Capacity = 1, StaleFor = TimeSpan.FromSeconds(1) }), StringComparison.Ordinal);
        Assert.Contains("EvictionPolicy", Fails(new() { Capacity = 1, EvictionPolicy = (EvictionPolicy)7 }), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(static () => new BoundedCache<int, int>(null!));
    }

    [Fact]
    public void AnyMethod_BadArguments_ThrowsAndLeavesTheCacheUnharmed()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 5 });
        cache.Set("a", 1);

        Assert.Throws<ArgumentNullException>(() => cache.TryGetValue(null!, out _));
        Assert.Throws<ArgumentNullException>(() => cache.Set(null!, 1));
        Assert.Throws<ArgumentNullException>(() => cache.TryRemove(null!));
        Assert.Throws<ArgumentNullException>(() => cache.GetOrAdd(null!, static _ => 1));
        Assert.Throws<ArgumentNullException>(() => cache.GetOrAdd("b", null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Capacity = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Trim(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Trim(double.NaN));
        Assert.Throws<InvalidOperationException>(() => cache.Set("b", 1, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Set("b", 1, TimeSpan.Zero));

        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGetValue("a", out _));
    }

    [Fact]
    public void Set_WeigherThrowsOrIsNegative_TheCallerHearsAndNothingChanges()
    {
        BoundedCache<int, int> cache = new(new()
        {
            Capacity = 5,
            MaxWeight = 10,
            Weigher = static (_, value) => value == 0 ? throw new TimeoutException("planted") : value,
        });
        cache.Set(1, 3);

        Assert.Throws<TimeoutException>(() => cache.Set(1, 0));
        Assert.Throws<InvalidOperationException>(() => cache.Set(1, -1));
        Assert.Throws<TimeoutException>(() => cache.GetOrAdd(2, static _ => 0));

        Assert.True(cache.TryGetValue(1, out int value) && value == 3);
        Assert.Equal(3, cache.GetStatistics().CurrentWeight);
        Assert.Equal(4, cache.GetOrAdd(2, static _ => 4));
    }

    private static string Fails(BoundedCacheOptions<int, int> options) =>
        Assert.Throws<ArgumentException>(() => new BoundedCache<int, int>(options)).Message;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SetAndRemove(BoundedCache<int, object> cache)
    {
        object value = new();
        cache.Set(5, value);
        cache.TryRemove(5);
        return new WeakReference(value);
    }

    private sealed class FailingComparer : IEqualityComparer<int>
    {
        public bool IsFailing { get; set; }

        public bool Equals(int x, int y) => IsFailing ? Fail() : x == y;

        public int GetHashCode(int obj) => 7;

        private static bool Fail() => throw new InvalidDataException();
    }
}
