using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Registry;

public sealed class BoundedStructuresTests
{
    [Fact]
    public void GetUsage_QueueIsDisposed_NoLongerListsIt()
    {
        string name = $"queue-{Guid.NewGuid()}";
        BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = name, Capacity = 10 });
        Assert.Contains(BoundedStructures.GetUsage(), usage => usage.Name == name);

        queue.Dispose();

        Assert.DoesNotContain(BoundedStructures.GetUsage(), usage => usage.Name == name);
        GC.KeepAlive(queue);
    }

    [Fact]
    public void GetUsage_NamedCache_ReportsItsFigures()
    {
        string name = $"usage-{Guid.NewGuid()}";
        using BoundedCache<int, int> cache = new(new() { Capacity = 2, Name = name, MaxWeight = 10, Weigher = static (_, value) => value });
        cache.Set(1, 3);
        cache.Set(2, 4);
        cache.Set(3, 5);
        cache.TryGetValue(3, out _);
        cache.TryGetValue(99, out _);

        BoundedStructureUsage usage = Find(name)!;

        Assert.Equal(StructureKind.Cache, usage.Kind);
        Assert.Equal(cache.Count, usage.Count);
        Assert.Equal(2, usage.Capacity);
        Assert.Equal(cache.GetStatistics().CurrentWeight, usage.Weight);
        Assert.Equal(10, usage.MaxWeight);
        Assert.Equal(1, usage.TotalHits);
        Assert.Equal(1, usage.TotalMisses);
        Assert.Equal(3 - cache.Count, usage.TotalEvictions);
    }

    [Fact]
    public void GetUsage_CacheWithOneTimeToLive_KnowsItsOldestAge()
    {
        string name = $"age-{Guid.NewGuid()}";
        FakeTimeProvider time = new();
        using BoundedCache<int, int> cache = new(new() { Capacity = 10, Name = name, TimeToLive = TimeSpan.FromSeconds(60) }, time);
        Assert.Null(Find(name)!.OldestAge);
        cache.Set(1, 1);
        time.Advance(TimeSpan.FromSeconds(20));
        cache.Set(2, 2);

        TimeSpan age = Find(name)!.OldestAge!.Value;

        Assert.InRange(age, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(21));
    }

    [Fact]
    public void GetUsage_ForgottenCache_IsNeitherListedNorKept()
    {
        string name = $"forgotten-{Guid.NewGuid()}";
        WeakReference cache = CreateForgotten(name);

        GC.Collect();

        Assert.False(cache.IsAlive);
        Assert.Null(Find(name));
    }

    [Fact]
    public void Dispose_ListedCache_IsTakenOffTheList()
    {
        string name = $"disposed-{Guid.NewGuid()}";
        BoundedCache<int, int> cache = new(new() { Capacity = 2, Name = name });
        Assert.NotNull(Find(name));

        cache.Dispose();

        Assert.Null(Find(name));
    }

    [Fact]
    public void Watch_UnboundedDictionary_IsListedAsLongAsItLives()
    {
        string name = $"watched-{Guid.NewGuid()}";
        WeakReference owner = WatchForgotten(name);
        Assert.Equal(3, Find(name)!.Count);
        Assert.Equal(StructureKind.Watched, Find(name)!.Kind);
        Assert.Null(Find(name)!.Capacity);

        ClearOwner(owner);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(owner.IsAlive);
        Assert.Null(Find(name));
    }

    [Fact]
    public void Watch_SameNameTwice_IsListedOnce()
    {
        string name = $"twice-{Guid.NewGuid()}";
        List<int> owner = [1];
        BoundedStructures.Watch(name, owner, static list => list.Count);
        BoundedStructures.Watch(name, owner, static list => list.Count);

        Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void Watch_CountThrows_TheOthersAreStillListed()
    {
        string name = $"throws-{Guid.NewGuid()}";
        List<int> owner = [1];
        BoundedStructures.Watch(name, owner, static long (_) => throw new InvalidOperationException("planted"));
        BoundedStructures.Watch(name + "-other", owner, static list => list.Count);

        Assert.Null(Find(name));
        Assert.NotNull(Find(name + "-other"));
        GC.KeepAlive(owner);
    }

    [Theory]
    [InlineData(5, false, 5)]
    [InlineData(5, true, null)]
    [InlineData(null, false, null)]
    public void GetUsage_Cache_SaysAfterWhichTimeEachEntryHasGone(int? minutes, bool isByEntry, int? expected)
    {
        using BoundedCache<int, int> cache = new(new BoundedCacheOptions<int, int>
        {
            Name = "timed",
            Capacity = 10,
            TimeToLive = minutes is { } known ? TimeSpan.FromMinutes(known) : null,
            ItemTimeToLive = isByEntry ? static (_, _) => TimeSpan.FromMinutes(1) : null,
        });

        Assert.Equal(expected is { } time ? TimeSpan.FromMinutes(time) : null, ((IBoundedStructure)cache).GetUsage().TimeToLive);
    }

    private static BoundedStructureUsage? Find(string name) => BoundedStructures.GetUsage().FirstOrDefault(usage => usage.Name == name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CreateForgotten(string name)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, Name = name });
        cache.Set(1, 1);
        return new WeakReference(cache);
    }

    [Fact]
    public void Register_ManyOfOneName_DoNotCrowdOutAnother()
    {
        List<BoundedCache<int, int>> crowd = [];
        string crowdName = $"crowd-{Guid.NewGuid()}";
        for (int i = 0; i < BoundedStructures.MaxListed + 10; i++)
        {
            crowd.Add(new BoundedCache<int, int>(new() { Capacity = 1, Name = crowdName }));
        }

        string name = $"named-{Guid.NewGuid()}";
        using BoundedCache<int, int> named = new(new() { Capacity = 1, Name = name });

        Assert.NotNull(Find(name));
        Assert.Equal(BoundedStructures.MaxListedOfOneName, BoundedStructures.GetUsage().Count(usage => usage.Name == crowdName));
        crowd.ForEach(static cache => cache.Dispose());
    }

    // A list that is full of living structures: a name more must cost what a name costs, not a search of all of them.
    [Fact]
    public void Register_ListIsFull_FurtherOnesAllocateLittle()
    {
        List<BoundedCache<int, int>> crowd = [];
        for (int i = 0; i < BoundedStructures.MaxListed + 10; i++)
        {
            crowd.Add(new BoundedCache<int, int>(new() { Capacity = 1, Name = $"full-{i}" }));
        }

        GC.Collect();
        BoundedStructure extra = new();
        BoundedStructures.Register(extra, "full-extra");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            BoundedStructures.Register(extra, "full-extra");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        crowd.ForEach(static cache => cache.Dispose());
        Assert.InRange(allocated, 0, 100 * 300);
    }

    [Fact]
    public void Register_ListWasFullOfTheDead_TheNextCollectionMakesRoom()
    {
        FillAndForget();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        string name = $"after-{Guid.NewGuid()}";
        using BoundedCache<int, int> named = new(new() { Capacity = 1, Name = name });

        Assert.NotNull(Find(name));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillAndForget()
    {
        for (int i = 0; i < BoundedStructures.MaxListed + 10; i++)
        {
            _ = new BoundedCache<int, int>(new() { Capacity = 1, Name = $"dead-{i}" });
        }
    }

    private sealed class BoundedStructure : IBoundedStructure
    {
        public BoundedStructureUsage GetUsage() => new() { Name = "full-extra", Kind = StructureKind.Watched, Count = 0 };
    }

    // Kept by a static until the test lets go: a local could be kept by the unoptimized frame.
    private static Dictionary<int, int>? _owner;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference WatchForgotten(string name)
    {
        _owner = new() { [1] = 1, [2] = 2, [3] = 3 };
        BoundedStructures.Watch(name, _owner, static dictionary => dictionary.Count);
        return new WeakReference(_owner);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ClearOwner(WeakReference owner)
    {
        Assert.True(owner.IsAlive);
        _owner = null;
    }
}
