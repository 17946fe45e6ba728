using System.Collections.Concurrent;
using MemGuard.Bounded;

namespace MemGuard.Bounded.Tests.Registry;

public sealed class PressureThreadTests
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly object _first = new();
    private readonly object _second = new();

    [Fact]
    public void Set_EntryRemovedBlocks_ReturnsAtOnceAndTheCacheShrinksElsewhere()
    {
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim entered = new();
        int measuring = Environment.CurrentManagedThreadId;
        int evicting = measuring;
        using BoundedCache<int, int> cache = new(new()
        {
            Capacity = 100,
            EntryRemoved = (_, _, _) =>
            {
                evicting = Environment.CurrentManagedThreadId;
                entered.Set();
                release.Wait(CancellationToken.None);
            },
        });
        Fill(cache, 100);
        PressureThread pressure = Over(cache);

        for (int i = 0; i < 1000; i++)
        {
            pressure.Set(_first, 0.99);
        }

        Assert.True(entered.Wait(Patience));
        Assert.NotEqual(measuring, evicting);
        release.Set();
    }

    [Fact]
    public void Clear_LastSource_GivesTheCacheAllOfItsBoundsBack()
    {
        using BoundedCache<int, int> cache = new(new() { Capacity = 1000 });
        Fill(cache, 1000);
        PressureThread pressure = Over(cache);
        pressure.Set(_first, 0.99);
        Assert.True(SpinWait.SpinUntil(() => cache.Count < 1000, Patience));

        pressure.Clear(_first);

        Fill(cache, 5000);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Fill(cache, 5000);
                return cache.Count == 1000;
            },
            Patience));
    }

    [Fact]
    public void Set_TwoSources_TheHighestCounts()
    {
        ConcurrentQueue<double> applied = new();
        PressureThread pressure = new(
            (ratio, _) =>
            {
                applied.Enqueue(ratio);
                return false;
            },
            static () => { });

        pressure.Set(_second, 0.1);
        pressure.Set(_first, 0.97);
        pressure.Set(_second, 0.2);

        Assert.True(SpinWait.SpinUntil(() => applied.Count >= 2, Patience));
        Assert.All(applied, static ratio => Assert.Equal(0.97, ratio));
        pressure.Clear(_first);
    }

    [Fact]
    public void Set_LowPressure_StartsNothing()
    {
        int started = 0;
        PressureThread pressure = new(static (_, _) => false, static () => { }, _ => ++started > 0);

        pressure.Set(_first, 0.9);
        Assert.Equal(0, started);

        pressure.Set(_first, 0.96);
        Assert.Equal(1, started);
    }

    [Fact]
    public void SetPressure_OutOfRange_NamesTheRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BoundedStructures.SetPressure(_first, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => BoundedStructures.SetPressure(_first, 1.1));
        Assert.Throws<ArgumentNullException>(() => BoundedStructures.SetPressure(null!, 0.5));
    }

    private static PressureThread Over(IBoundedStructure structure) => new(structure.OnPressure, structure.OnPressureGone);

    private static void Fill(BoundedCache<int, int> cache, int count)
    {
        for (int i = 0; i < count; i++)
        {
            cache.Set(i, i);
        }
    }
}
