using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>The table grows with its entries, and gives their memory back when most have left.</summary>
public sealed class BoundedCacheResizingTests
{
    private const int FewSlots = 256;

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 17)]
    [InlineData(1000, 1000)]
    [InlineData(100_000, 100_000)]
    public void Set_ManyMoreKeysThanCapacity_HasASlotForEachEntryAndNoMore(int capacity, int slots)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = capacity });
        for (int key = 0; key < 2 * capacity; key++)
        {
            cache.Set(key, key);
        }

        Assert.Equal(capacity, cache.Count);
        Assert.Equal(slots, cache.SlotCount);
    }

    [Fact]
    public void Clear_FullCache_GivesItsSlotsBackAndTakesNewEntries()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10_000 });
        for (int key = 0; key < 10_000; key++)
        {
            cache.Set(key, key);
        }

        cache.Clear();
        Assert.InRange(cache.SlotCount, 1, FewSlots);

        for (int key = 0; key < 10_000; key++)
        {
            cache.Set(key, key);
        }

        Assert.Equal(10_000, cache.SlotCount);
        Assert.All(Enumerable.Range(0, 10_000), key => Assert.True(cache.TryGetValue(key, out _)));
    }

    [Fact]
    public void Tick_AllEntriesExpired_GivesTheirSlotsBack()
    {
        FakeTimeProvider time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10_000, TimeToLive = TimeSpan.FromMinutes(1) }, time);
        for (int key = 0; key < 10_000; key++)
        {
            cache.Set(key, key);
        }

        time.Pass(TimeSpan.FromMinutes(1.1), step: TimeSpan.FromSeconds(1));

        Assert.Equal(0, cache.Count);
        Assert.InRange(cache.SlotCount, 1, FewSlots);
    }

    [Fact]
    public void Trim_NearlyAll_KeepsTheRestInItsOrder()
    {
        List<int> left = [];
        BoundedCache<int, int> cache = new(new()
        {
            Capacity = 1000,
            EvictionPolicy = EvictionPolicy.LeastRecentlyUsed,
            EntryRemoved = (key, _, _) => left.Add(key),
        });
        for (int key = 0; key < 1000; key++)
        {
            cache.Set(key, -key);
        }

        cache.Trim(0.95);
        Assert.Equal(100, cache.SlotCount);
        Assert.Equal(Enumerable.Range(0, 950), left);
        Assert.All(Enumerable.Range(950, 50), key => Assert.True(cache.TryGetValue(key, out int value) && value == -key));
        left.Clear();
        for (int key = 1000; key < 2000; key++)
        {
            cache.Set(key, -key);
        }

        // The reads above did not change the order among those that were read.
        Assert.Equal(Enumerable.Range(950, 50), left);
        Assert.Equal(1000, cache.Count);
    }

    [Fact]
    public void Trim_NearlyAll_TheRestStillExpiresInItsTime()
    {
        FakeTimeProvider time = new();
        BoundedCache<int, int> cache = new(
            new() { Capacity = 1000, TimeToLive = TimeSpan.FromMinutes(10), EvictionPolicy = EvictionPolicy.LeastRecentlyUsed }, time);
        for (int key = 0; key < 1000; key++)
        {
            cache.Set(key, key);
            time.Step(TimeSpan.FromMilliseconds(200));
        }

        cache.Trim(0.95);
        Assert.Equal(50, cache.Count);
        Assert.Equal(100, cache.SlotCount);
        // The 50 newest were set within 10 s: half of them are gone now.
        time.Pass(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(5), step: TimeSpan.FromSeconds(1));
        Assert.InRange(cache.Count, 20, 35);
        time.Pass(TimeSpan.FromSeconds(8), step: TimeSpan.FromSeconds(1));
        Assert.Equal(0, cache.Count);
        Assert.Equal(50, cache.GetStatistics().TotalExpired);
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive, false)]
    [InlineData(EvictionPolicy.Adaptive, true)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed, false)]
    public void AllOperations_WhileTheTableGrowsAndShrinks_LoseNothingAndReturnNoWrongValue(EvictionPolicy policy, bool isTimed)
    {
        BoundedCache<long, (long, long)> cache = new(new()
        {
            Capacity = 4000,
            EvictionPolicy = policy,
            TimeToLive = isTimed ? TimeSpan.FromHours(1) : null,
        });
        bool isWrong = false;
        ThreadTeam.Run(4, thread =>
        {
            Random random = new(thread);
            for (int round = 0; round < 30; round++)
            {
                for (int i = 0; i < 1000; i++)
                {
                    long key = random.Next(3000);
                    cache.Set(key, (key, ~key));
                    key = random.Next(3000);
                    if (cache.TryGetValue(key, out (long, long) value) && value != (key, ~key))
                    {
                        Volatile.Write(ref isWrong, true);
                    }
                }

                if (thread == 0)
                {
                    cache.Trim(0.97);
                }
                else if (thread == 1 && round % 5 == 0)
                {
                    cache.Clear();
                }
            }
        });

        BoundedCacheStatistics statistics = cache.GetStatistics();
        Assert.False(isWrong);
        Assert.Equal(
            statistics.TotalAdded,
            cache.Count + statistics.TotalCapacityEvictions + statistics.TotalReplaced + statistics.TotalCleared + statistics.TotalExpired);
        Assert.Equal(cache.Count, Enumerable.Range(0, 3000).Count(key => cache.TryGetValue(key, out _)));
    }

    [Fact]
    public void TryRemove_NearlyAll_GivesTheirSlotsBack()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10_000 });
        for (int key = 0; key < 10_000; key++)
        {
            cache.Set(key, key);
        }

        for (int key = 0; key < 9_999; key++)
        {
            cache.TryRemove(key);
        }

        Assert.InRange(cache.SlotCount, 1, FewSlots);
        Assert.True(cache.TryGetValue(9_999, out int value) && value == 9_999);
    }

    [Fact]
    public void Constructor_BoundedByWeightAlone_TakesNoMemoryInAdvance()
    {
        BoundedCacheOptions<int, int> options = new() { Capacity = int.MaxValue, MaxWeight = 1000, Weigher = static (_, _) => 1 };
        long before = GC.GetAllocatedBytesForCurrentThread();
        BoundedCache<int, int> cache = new(options);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);

        for (int key = 0; key < 3000; key++)
        {
            cache.Set(key, key);
        }

        Assert.Equal(1000, cache.Count);
    }
}
