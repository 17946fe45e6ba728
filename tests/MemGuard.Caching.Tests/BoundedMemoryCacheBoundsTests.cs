using System.Collections.Concurrent;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace MemGuard.Caching.Tests;

public sealed class BoundedMemoryCacheBoundsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Constructor_OptionOutOfRange_NamesOptionAndCache()
    {
        string[] messages =
        [
            Fails(new BoundedMemoryCacheOptions { Name = " " }),
            Fails(new BoundedMemoryCacheOptions { Name = "users", Capacity = 0 }),
            Fails(new BoundedMemoryCacheOptions { Name = "users", SizeLimit = 0 }),
            Fails(new BoundedMemoryCacheOptions { Name = "users", NeverRemoveShare = double.NaN }),
            Fails(new BoundedMemoryCacheOptions { Name = "users", NeverRemoveShare = 0.95 }),
        ];

        Assert.Contains("Name", messages[0], StringComparison.Ordinal);
        Assert.All(messages[1..], static message => Assert.Contains("'users'", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Set_MoreThanTheCapacity_KeepsTheNewcomerAndTellsOfTheOthers()
    {
        EvictionLog evictions = new();
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { Capacity = 10, NeverRemoveShare = 0 });
        for (int i = 0; i < 100; i++)
        {
            cache.Set($"k{i}", i, evictions.Watch(new MemoryCacheEntryOptions()));
            Assert.Equal(i, cache.Get($"k{i}"));
        }

        Assert.Equal(10, cache.Count);
        Assert.All(evictions.Await(90), static eviction => Assert.Equal(EvictionReason.Capacity, eviction.Reason));
    }

    [Fact]
    public void SizeLimit_EntriesOfSeveralSizes_IsNeverExceeded()
    {
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { SizeLimit = 100, NeverRemoveShare = 0.2 });
        for (int i = 0; i < 200; i++)
        {
            cache.Set(i, i, new MemoryCacheEntryOptions { Size = i % 30, Priority = (CacheItemPriority)(i % 4) });
            Assert.InRange(cache.GetCurrentStatistics()!.CurrentEstimatedSize!.Value, 0, 100);
        }

        Assert.Throws<InvalidOperationException>(() => cache.Set("no size", 1));
    }

    [Fact]
    public void SizeLimit_EntryLargerThanTheCache_IsRefusedAndEndsTheFormerOne()
    {
        EvictionLog evictions = new();
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { SizeLimit = 100 });
        cache.Set("a", 1, evictions.Watch(new MemoryCacheEntryOptions { Size = 1 }));

        cache.Set("a", 2, evictions.Watch(new MemoryCacheEntryOptions { Size = 101 }));

        Assert.Null(cache.Get("a"));
        Assert.Equal([("a", EvictionReason.Capacity), ("a", EvictionReason.Replaced)], evictions.Await(2));
    }

    [Fact]
    public void NeverRemove_WithinItsShare_OutlivesAnyTraffic()
    {
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { Capacity = 100, NeverRemoveShare = 0.1 });
        for (int i = 0; i < 10; i++)
        {
            cache.Set($"kept{i}", i, new MemoryCacheEntryOptions { Priority = CacheItemPriority.NeverRemove });
        }

        for (int i = 0; i < 10_000; i++)
        {
            cache.Set(i, i);
        }

        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(i, cache.Get($"kept{i}")));
        Assert.Equal(100, cache.Count);
    }

    [Fact]
    public void NeverRemove_MoreThanItsShare_NeverBreaksTheBoundAndGivesRoomBack()
    {
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { Capacity = 100, NeverRemoveShare = 0.1 });
        MemoryCacheEntryOptions never = new() { Priority = CacheItemPriority.NeverRemove };
        for (int i = 0; i < 1000; i++)
        {
            cache.Set(i, i, never);
            Assert.InRange(cache.Count, 1, 100);
        }

        // The first ten have the share; one that leaves makes room for another.
        cache.Remove(0);
        cache.Set("late", 1, never);
        cache.Clear();
        Assert.Equal(0, cache.Count);
        cache.Set("after", 1, never);
        for (int i = 0; i < 1000; i++)
        {
            cache.Set(i, i);
        }

        Assert.Equal(1, cache.Get("after"));
    }

    [Fact]
    public void Set_KeyChangesItsPriority_HasOneEntry()
    {
        EvictionLog evictions = new();
        using BoundedMemoryCache cache = new();
        MemoryCacheEntryOptions never = new() { Priority = CacheItemPriority.NeverRemove };
        for (int i = 0; i < 4; i++)
        {
            cache.Set("a", i, i % 2 == 0 ? evictions.Watch(new MemoryCacheEntryOptions()) : never);
            Assert.Equal(i, cache.Get("a"));
            Assert.Equal(1, cache.Count);
        }

        Assert.Equal([("a", EvictionReason.Replaced), ("a", EvictionReason.Replaced)], evictions.Await(2));
        cache.Remove("a");
        Assert.Null(cache.Get("a"));
    }

    // The ledger: every entry with a callback is either in the cache or was told, once; and no token keeps one that has left.
    [Fact]
    public void AnyTraffic_EightWriters_BoundHoldsAndNoCallbackOrTokenIsLost()
    {
        const int Capacity = 500;
        long perThread = SoakLength.IsLong ? 1_000_000 : 4000;
        ConcurrentDictionary<int, int> told = new();
        using BoundedMemoryCache cache = new(new BoundedMemoryCacheOptions { Capacity = Capacity, SizeLimit = 2000 });
        CancellationTokenSource source = new();
        int made = 0;
        int most = 0;

        ThreadTeam.Run(8, thread =>
        {
            Random random = new(thread);
            for (long i = 0; i < perThread; i++)
            {
                int key = random.Next(2000);
                switch (random.Next(10))
                {
                    case < 6:
                        int id = Interlocked.Increment(ref made);
                        MemoryCacheEntryOptions options = new() { Size = random.Next(8), Priority = (CacheItemPriority)random.Next(4) };
                        options.RegisterPostEvictionCallback((_, _, _, _) => told.AddOrUpdate(id, 1, static (_, times) => times + 1));
                        if (random.Next(3) == 0)
                        {
                            options.AddExpirationToken(new CancellationChangeToken(Volatile.Read(ref source).Token));
                        }

                        cache.Set(key, id, options);
                        break;
                    case 6:
                        cache.Remove(key);
                        break;
                    case 7 when i % 500 == 0:
                        Interlocked.Exchange(ref source, new CancellationTokenSource()).Cancel();
                        break;
                    default:
                        cache.TryGetValue(key, out _);
                        break;
                }

                int count = cache.Count;
                if (count > Volatile.Read(ref most))
                {
                    Volatile.Write(ref most, count);
                }
            }
        });
        source.Cancel();
        cache.Clear();

        Assert.True(SpinWait.SpinUntil(() => told.Count == made, Patience), $"{told.Count} of {made} were told");
        Assert.All(told.Values, static times => Assert.Equal(1, times));
        Assert.InRange(most, 1, Capacity);
        Assert.Equal((0, 0L), (cache.Count, cache.GetCurrentStatistics()!.CurrentEstimatedSize));
    }

    private static string Fails(BoundedMemoryCacheOptions options) => Assert.Throws<ArgumentException>(() => new BoundedMemoryCache(options)).Message;
}
