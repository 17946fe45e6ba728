using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using BitFaster.Caching.Scheduler;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>The hit ratios of the caches that people use today, in percent. FastConcurrentLru decides as ConcurrentLru does.</summary>
internal static class PeerHitRatios
{
    public static double ConcurrentLru(CacheTrace trace) => Measure(trace, new ConcurrentLru<int, int>(trace.Capacity));

    public static double ConcurrentTLru(CacheTrace trace) => Measure(trace, new ConcurrentTLru<int, int>(trace.Capacity, TimeSpan.FromHours(1)));

    // Its upkeep on the calling thread: the result must not depend on when a thread of the pool comes by.
    public static double ConcurrentLfu(CacheTrace trace) =>
        Measure(trace, new ConcurrentLfu<int, int>(concurrencyLevel: 1, trace.Capacity, new ForegroundScheduler(), EqualityComparer<int>.Default));

    public static double MemoryCache(CacheTrace trace)
    {
        using MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = trace.Capacity });
        int hits = 0;
        foreach (int key in trace.Keys)
        {
            if (cache.TryGetValue(key, out int _))
            {
                hits++;
            }
            else
            {
                cache.Set(key, key, new MemoryCacheEntryOptions { Size = 1 });
            }
        }

        return 100.0 * hits / trace.Keys.Length;
    }

    private static double Measure(CacheTrace trace, ICache<int, int> cache)
    {
        int hits = 0;
        foreach (int key in trace.Keys)
        {
            if (cache.TryGet(key, out _))
            {
                hits++;
            }
            else
            {
                cache.AddOrUpdate(key, key);
            }
        }

        return 100.0 * hits / trace.Keys.Length;
    }
}
