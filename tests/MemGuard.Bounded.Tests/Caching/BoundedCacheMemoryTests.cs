using System.Runtime.CompilerServices;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>What a cache gives back, and how keys of one creation meet.</summary>
public sealed class BoundedCacheMemoryTests
{
    [Fact]
    public void TryRemove_Key_IsNotRetained()
    {
        BoundedCache<object, int> cache = new(new() { Capacity = 10 });
        WeakReference key = SetAndRemove(cache);

        GC.Collect();

        Assert.False(key.IsAlive);
        GC.KeepAlive(cache);
    }

    [Fact]
    public void Capacity_LoweredFarBelowTheCount_GivesSlotsBack()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 5000 });
        for (int i = 0; i < 5000; i++)
        {
            cache.Set(i, i);
        }

        Assert.Equal(5000, cache.SlotCount);
        cache.Capacity = 10;

        Assert.Equal((10, 10), (cache.Capacity, cache.Count));
        Assert.InRange(cache.SlotCount, 10, 20);
        Assert.Equal(4990, cache.GetStatistics().TotalCapacityEvictions);
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public async Task GetOrAddAsync_KeyInAnotherCase_JoinsTheCreationAndAWriteEndsIt(EvictionPolicy policy)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, EvictionPolicy = policy, KeyComparer = StringComparer.OrdinalIgnoreCase });
        TaskCompletionSource<int> source = new();
        Task<int> first = cache.GetOrAddAsync("key", (_, _) => new ValueTask<int>(source.Task)).AsTask();
        Task<int> second = cache.GetOrAddAsync("KEY", static (_, _) => throw new InvalidOperationException("One is at it.")).AsTask();

        Assert.Equal(1, cache.GetStatistics().CurrentFactories);
        cache.Set("Key", 2);
        source.SetResult(1);

        Assert.Equal((1, 1), (await first, await second));
        Assert.True(cache.TryGetValue("key", out int value));
        Assert.Equal((2, 0), (value, cache.GetStatistics().CurrentFactories));
    }

    [Fact]
    public void DebuggerView_LargeCache_ShowsTheFirstThousand()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 2000 });
        for (int i = 0; i < 1001; i++)
        {
            cache.Set(i, i);
        }

        BoundedCacheDebugView<int, int> view = new(cache);

        Assert.Equal(1000, view.Entries.Distinct().Count());
        Assert.Equal(cache.GetStatistics(), view.Statistics);
    }

    [Fact]
    public void LeasedCache_NamedOrNot_IsListedByItsOwnTypeAndEndsWithIt()
    {
        string name = $"leased-{Guid.NewGuid()}";
        LeasedCache<Guid, MemoryStream> unnamed = new(new() { Capacity = 1 });
        using (LeasedCache<int, MemoryStream> named = new(new() { Capacity = 1, Name = name }))
        {
            Assert.Equal(StructureKind.Cache, Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name).Kind);
        }

        Assert.DoesNotContain(BoundedStructures.GetUsage(), usage => usage.Name == name);
        Assert.Single(BoundedStructures.GetUsage(), static usage => usage.Name == "LeasedCache<Guid, MemoryStream>");
        unnamed.Dispose();
    }

    [Fact]
    public void CacheLease_NeverGivenOrReturned_HasNoValue()
    {
        using LeasedCache<int, MemoryStream> cache = new(new() { Capacity = 1 });
        cache.Set(1, new MemoryStream());
        Assert.False(cache.TryGetValue(2, out CacheLease<MemoryStream> none));
        Assert.True(cache.TryGetValue(1, out CacheLease<MemoryStream> lease));
        Assert.Equal((1L, 0L), (cache.GetLeaseStatistics().CurrentLeases, cache.GetLeaseStatistics().CurrentLingeringValues));
        lease.Dispose();
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => none.Value);
        Assert.Throws<ObjectDisposedException>(() => lease.Value);
        Assert.Equal(0, cache.GetLeaseStatistics().CurrentLeases);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SetAndRemove(BoundedCache<object, int> cache)
    {
        object key = new();
        cache.Set(key, 5);
        cache.TryRemove(key);
        return new WeakReference(key);
    }
}
