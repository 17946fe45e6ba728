using MemGuard.Bounded;

namespace MemGuard.Benchmarks.Cache;

/// <summary>Prints the hit ratios on the synthetic traces beside those of other caches, exact LRU and the optimum. Deterministic but for MemoryCache, which evicts on another thread.</summary>
internal static class CacheHitRatioProgram
{
    public static int Run(string[] args)
    {
        bool holds = true;
        Console.WriteLine("| trace | distinct | capacity | BoundedCache | statistics off | required | LRU policy | exact LRU | BitFaster ConcurrentLru | ConcurrentTLru | ConcurrentLfu | MemoryCache | optimum |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (CacheTrace trace in CacheTraces.CreateAll())
        {
            int distinct = trace.Keys.Distinct().Count();
            double counted = Measure(trace, trackStatistics: true, EvictionPolicy.Adaptive);
            double uncounted = Measure(trace, trackStatistics: false, EvictionPolicy.Adaptive);
            double lruPolicy = Measure(trace, trackStatistics: true, EvictionPolicy.LeastRecentlyUsed);
            double lru = MeasureLocked(trace);
            double optimum = Belady.GetHitPercentage(trace.Keys, trace.Capacity);
            Console.WriteLine(
                $"| {trace.Name} | {distinct} | {trace.Capacity} | {counted:F1} | {uncounted:F1} | {trace.Reference:F1} | {lruPolicy:F1} | {lru:F1} "
                + $"| {PeerHitRatios.ConcurrentLru(trace):F1} | {PeerHitRatios.ConcurrentTLru(trace):F1} | {PeerHitRatios.ConcurrentLfu(trace):F1} | {PeerHitRatios.MemoryCache(trace):F1} | {optimum:F1} |");
            double least = trace.Name == "cyclic" ? 16 : trace.Reference - 0.5 ?? 0;
            holds &= counted >= least && uncounted >= least && Math.Abs(lruPolicy - lru) < 1e-9 && (trace.Distinct ?? distinct) == distinct;
        }

        Console.WriteLine();
        Console.WriteLine(holds ? "All rows within 0.5 points of what is required or above it." : "Some row is more than 0.5 points below what is required.");
        return holds ? 0 : 1;
    }

    public static double Measure(CacheTrace trace, bool trackStatistics, EvictionPolicy policy)
    {
        using BoundedCache<int, int> cache = new(new() { Capacity = trace.Capacity, TrackStatistics = trackStatistics, EvictionPolicy = policy });
        int hits = 0;
        foreach (int key in trace.Keys)
        {
            if (cache.TryGetValue(key, out _))
            {
                hits++;
            }
            else
            {
                cache.Set(key, key);
            }
        }

        return 100.0 * hits / trace.Keys.Length;
    }

    private static double MeasureLocked(CacheTrace trace)
    {
        LockedLru<int, int> cache = new(trace.Capacity);
        int hits = 0;
        foreach (int key in trace.Keys)
        {
            if (cache.TryGetValue(key, out _))
            {
                hits++;
            }
            else
            {
                cache.Set(key, key);
            }
        }

        return 100.0 * hits / trace.Keys.Length;
    }
}
