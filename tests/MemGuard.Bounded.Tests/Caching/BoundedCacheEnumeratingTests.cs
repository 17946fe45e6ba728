using System.Diagnostics;
using System.Reflection;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheEnumeratingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(50_000)]
    public void GetEnumerator_NobodyWrites_GivesEachEntryOnce(int entries)
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 100_000 });
        for (int i = 0; i < entries; i++)
        {
            cache.Set(i, $"{i}");
        }

        KeyValuePair<int, string>[] all = [.. cache.OrderBy(static entry => entry.Key)];

        Assert.Equal(Enumerable.Range(0, entries), all.Select(static entry => entry.Key));
        Assert.All(all, static entry => Assert.Equal($"{entry.Key}", entry.Value));
        Assert.Equal(Enumerable.Range(0, entries), cache.Keys.Order());
    }

    [Fact]
    public void GetEnumerator_TableGrowsAndShrinksMeanwhile_GivesWhatStaysExactlyOnce()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 200_000 });
        for (int i = 0; i < 2000; i++)
        {
            cache.Set(i, i);
        }

        Dictionary<int, int> seen = [];
        foreach (KeyValuePair<int, int> entry in cache)
        {
            seen[entry.Key] = seen.GetValueOrDefault(entry.Key) + 1;
            if (seen.Count == 500)
            {
                for (int i = 10_000; i < 150_000; i++)
                {
                    cache.Set(i, i);
                }
            }
            else if (seen.Count == 5000)
            {
                for (int i = 10_000; i < 150_000; i++)
                {
                    cache.TryRemove(i);
                }
            }
        }

        Assert.All(Enumerable.Range(0, 2000), key => Assert.Equal(1, seen.GetValueOrDefault(key)));
        Assert.All(seen.Values, static times => Assert.Equal(1, times));
        Assert.InRange(cache.SlotCount, 2000, 20_000);
    }

    [Fact]
    public void GetEnumerator_OthersWriteAllTheTime_GivesNoWrongValueAndMissesNoneThatStays()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 20_000 });
        for (int i = 0; i < 500; i++)
        {
            cache.Set(i, -i);
        }

        bool isOver = false;
        List<string> wrong = [];
        ThreadTeam.Run(3, thread =>
        {
            if (thread == 0)
            {
                for (int round = 0; round < 200; round++)
                {
                    KeyValuePair<int, int>[] all = [.. cache];
                    wrong.AddRange(all.Where(static entry => entry.Value != -entry.Key).Select(static entry => $"{entry}"));
                    int staying = all.Count(static entry => entry.Key < 500);
                    if (staying != 500)
                    {
                        wrong.Add($"{staying} of those that stay");
                    }
                }

                Volatile.Write(ref isOver, true);
                return;
            }

            for (int i = 0; !Volatile.Read(ref isOver); i++)
            {
                int key = 1000 + (thread * 4000) + (i % 3000);
                cache.Set(key, -key);
                cache.TryRemove(key - 100);
            }
        });

        Assert.Empty(wrong);
    }

    [Fact]
    public void GetEnumerator_ExpiredEntryNotYetGone_IsNotGivenAndNothingCountsAsARead()
    {
        TimerCountingTimeProvider time = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, TimeToLive = TimeSpan.FromMinutes(1), StaleFor = TimeSpan.FromMinutes(1) }, time);
        cache.Set(1, 1);
        time.Step(TimeSpan.FromMinutes(1));
        cache.Set(2, 2);

        Assert.Equal([2], cache.Keys);
        Assert.Equal(2, cache.Count);
        Assert.Equal((0L, 0L), (cache.GetStatistics().TotalHits, cache.GetStatistics().TotalMisses));
    }

    [Fact]
    public void GetEnumerator_CallerUsesTheCache_IsUnderNoLock()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10 });
        cache.Set(1, 1);

        foreach (KeyValuePair<int, int> entry in cache)
        {
            ThreadTeam.Run(1, _ => Assert.True(cache.TryRemove(entry.Key)));
        }

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void DebuggerView_OfACache_ShowsItsEntries()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 3, Name = "users" });
        cache.Set("a", 1);
        Type cacheType = typeof(BoundedCache<string, int>);

        Type view = Type.GetType(cacheType.GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName)!.MakeGenericType(typeof(string), typeof(int));
        object shown = Activator.CreateInstance(view, cache)!;

        Assert.Equal([new KeyValuePair<string, int>("a", 1)], (KeyValuePair<string, int>[])view.GetProperty("Entries")!.GetValue(shown)!);
        Assert.Contains("{Count}", cacheType.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value, StringComparison.Ordinal);
    }
}
