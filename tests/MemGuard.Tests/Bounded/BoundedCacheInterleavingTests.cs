using System.Runtime.CompilerServices;
using MemGuard.Bounded;

namespace MemGuard.Tests.Bounded;

/// <summary>Interleavings that chance seldom brings about, forced: the comparer acts while a reader stands on a node.</summary>
public sealed class BoundedCacheInterleavingTests
{
    [Fact]
    public void TryGetValue_NodeUnderTheReaderIsRemoved_FindsTheRestOfItsChain()
    {
        ActingComparer comparer = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, KeyComparer = comparer });
        cache.Set(1, 1);
        cache.Set(2, 2);
        cache.Set(3, 3);

        comparer.ActWhileStandingOn = (2, () => cache.TryRemove(2));

        Assert.True(cache.TryGetValue(1, out int value) && value == 1);
        Assert.Null(comparer.ActWhileStandingOn);
        Assert.False(cache.TryGetValue(2, out _));
    }

    [Fact]
    public void TryGetValue_TableGrowsUnderTheReader_LooksAgain()
    {
        ActingComparer comparer = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 100, KeyComparer = comparer });
        for (int key = 0; key < 16; key++)
        {
            cache.Set(key, key);
        }

        comparer.ActWhileStandingOn = (15, () => cache.Set(99, 99));

        Assert.True(cache.TryGetValue(0, out int value) && value == 0);
        Assert.Null(comparer.ActWhileStandingOn);
    }

    [Fact]
    public void Set_PresentKey_OverwritesOneWordAndReplacesMore()
    {
        BoundedCache<int, long> words = new(new() { Capacity = 10 });
        BoundedCache<int, (long, long)> pairs = new(new() { Capacity = 10 });
        words.Set(1, 1);
        pairs.Set(1, (1, 1));
        words.Set(1, 2);
        pairs.Set(1, (2, 2));

        // A larger value that were overwritten where it lies could be read half old, half new.
        // An unoptimized build boxes the key (24 bytes); a new node takes 64 and more.
        Assert.InRange(MeasureAllocation(() => words.Set(1, 3)), 0, 24);
        Assert.InRange(MeasureAllocation(() => pairs.Set(1, (3, 3))), 64, 256);
    }

    [Fact]
    public void TryRemove_EveryEntryAfterMuchTraffic_NoValueIsRetained()
    {
        BoundedCache<int, object> cache = new(new() { Capacity = 200 });
        List<WeakReference> values = FillAndEmpty(cache);
        GC.Collect();

        Assert.Equal(200, values.Count);
        Assert.DoesNotContain(values, static value => value.IsAlive);
        GC.KeepAlive(cache);
    }

    private static long MeasureAllocation(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> FillAndEmpty(BoundedCache<int, object> cache)
    {
        for (int i = 0; i < 5000; i++)
        {
            cache.Set(i, new object());
        }

        List<WeakReference> values = [];
        for (int i = 0; i < 5000; i++)
        {
            if (cache.TryRemove(i, out object? value))
            {
                values.Add(new WeakReference(value));
            }
        }

        return values;
    }

    /// <summary>Puts all keys into one chain, and acts once when a search passes a certain key on its way to another.</summary>
    private sealed class ActingComparer : IEqualityComparer<int>
    {
        public (int Key, Action Act)? ActWhileStandingOn { get; set; }

        public bool Equals(int x, int y)
        {
            if (ActWhileStandingOn is (int key, Action act) && x == key && x != y)
            {
                ActWhileStandingOn = null;
                act();
            }

            return x == y;
        }

        public int GetHashCode(int obj) => 7;
    }
}
