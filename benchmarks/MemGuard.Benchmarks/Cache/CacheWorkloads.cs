using System.Collections.Concurrent;
using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>The loads of the throughput program. Keys are drawn in advance: a batch measures the cache alone.</summary>
internal static class CacheWorkloads
{
    private const int BatchSize = 4096;
    private const int DrawnKeys = 1 << 18;
    private static readonly TimeSpan LongLife = TimeSpan.FromHours(1);

    public static IEnumerable<Workload> CreateAll()
    {
        foreach (int capacity in (int[])[10_000, 100_000])
        {
            yield return ReadHits(capacity);
            yield return GetOrAdd(capacity);
            yield return EvictHeavy(capacity);
        }

        yield return ReadStrings(10_000);
        yield return Update(10_000);
    }

    private static BoundedCache<TKey, long> Create<TKey>(int capacity, bool statistics, bool expires = false, EvictionPolicy policy = default)
        where TKey : notnull =>
        new(new() { Capacity = capacity, TrackStatistics = statistics, TimeToLive = expires ? LongLife : null, EvictionPolicy = policy });

    private static Workload ReadHits(int capacity)
    {
        long[] keys = DrawLongs(capacity / 2);
        ConcurrentDictionary<long, long> dictionary = new();
        BoundedCache<long, long> plain = Create<long>(capacity, statistics: false);
        BoundedCache<long, long> counted = Create<long>(capacity, statistics: true);
        BoundedCache<long, long> timed = Create<long>(capacity, statistics: false, expires: true);
        BoundedCache<long, long> timedCounted = Create<long>(capacity, statistics: true, expires: true);
        BoundedCache<long, long> exact = Create<long>(capacity, statistics: false, policy: EvictionPolicy.LeastRecentlyUsed);
        LockedLru<long, long> locked = new(capacity);
        MemoryCache memoryCache = new(new MemoryCacheOptions { SizeLimit = capacity });
        for (long key = 0; key < capacity / 2; key++)
        {
            dictionary[key] = key;
            plain.Set(key, key);
            counted.Set(key, key);
            timed.Set(key, key);
            timedCounted.Set(key, key);
            exact.Set(key, key);
            locked.Set(key, key);
            memoryCache.Set(key, key, new MemoryCacheEntryOptions { Size = 1 });
        }

        return new Workload($"read hits, long keys, {capacity}",
        [
            new("ConcurrentDictionary", Batch(keys, new ReadDictionary<long>(dictionary))),
            new("BoundedCache, no statistics", Batch(keys, new ReadCache<long>(plain))),
            new("BoundedCache", Batch(keys, new ReadCache<long>(counted))),
            new("BoundedCache, TTL, no statistics", Batch(keys, new ReadCache<long>(timed))),
            new("BoundedCache, TTL", Batch(keys, new ReadCache<long>(timedCounted))),
            new("BoundedCache, exact LRU", Batch(keys, new ReadCache<long>(exact))),
            new("lock + LinkedList", Batch(keys, new ReadLocked(locked))),
            new("MemoryCache", Batch(keys, new ReadMemoryCache<long>(memoryCache))),
        ]);
    }

    private static Workload ReadStrings(int capacity)
    {
        string[] names = [.. Enumerable.Range(0, capacity / 2).Select(static i => $"user:{i:D6}")];
        string[] keys = [.. DrawLongs(capacity / 2).Select(key => new string(names[key]))];
        ConcurrentDictionary<string, long> dictionary = new();
        BoundedCache<string, long> plain = Create<string>(capacity, statistics: false);
        BoundedCache<string, long> counted = Create<string>(capacity, statistics: true);
        MemoryCache memoryCache = new(new MemoryCacheOptions { SizeLimit = capacity });
        foreach (string name in names)
        {
            dictionary[name] = 1;
            plain.Set(name, 1);
            counted.Set(name, 1);
            memoryCache.Set(name, 1L, new MemoryCacheEntryOptions { Size = 1 });
        }

        return new Workload($"read hits, string keys, {capacity}",
        [
            new("ConcurrentDictionary", Batch(keys, new ReadDictionary<string>(dictionary))),
            new("BoundedCache, no statistics", Batch(keys, new ReadCache<string>(plain))),
            new("BoundedCache", Batch(keys, new ReadCache<string>(counted))),
            new("MemoryCache", Batch(keys, new ReadMemoryCache<string>(memoryCache))),
        ]);
    }

    private static Workload Update(int capacity)
    {
        long[] keys = DrawLongs(capacity / 2);
        ConcurrentDictionary<long, long> dictionary = new();
        BoundedCache<long, long> plain = Create<long>(capacity, statistics: false);
        BoundedCache<long, long> timed = Create<long>(capacity, statistics: false, expires: true);
        return new Workload($"update, {capacity}",
        [
            new("ConcurrentDictionary", Batch(keys, new UpdateDictionary(dictionary))),
            new("BoundedCache, no statistics", Batch(keys, new UpdateCache(plain))),
            new("BoundedCache, TTL", Batch(keys, new UpdateCache(timed))),
        ]);
    }

    private static Workload GetOrAdd(int capacity)
    {
        long[] keys = DrawLongs(6 * capacity);
        // Nothing bounds it: an upper bound of what a cache can do, not a cache.
        ConcurrentDictionary<long, long> dictionary = new();
        BoundedCache<long, long> plain = Create<long>(capacity, statistics: false);
        BoundedCache<long, long> counted = Create<long>(capacity, statistics: true);
        BoundedCache<long, long> timed = Create<long>(capacity, statistics: true, expires: true);
        LockedLru<long, long> locked = new(capacity);
        MemoryCache memoryCache = new(new MemoryCacheOptions { SizeLimit = capacity });
        return new Workload($"GetOrAdd, Zipf .99 over 6 times the capacity, {capacity}",
        [
            new("ConcurrentDictionary", Batch(keys, new GetOrAddDictionary(dictionary))),
            new("BoundedCache, no statistics", Batch(keys, new GetOrAddCache(plain))),
            new("BoundedCache", Batch(keys, new GetOrAddCache(counted))),
            new("BoundedCache, TTL", Batch(keys, new GetOrAddCache(timed))),
            new("lock + LinkedList", Batch(keys, new GetOrAddLocked(locked))),
            new("MemoryCache", Batch(keys, new GetOrAddMemoryCache(memoryCache))),
        ]);
    }

    /// <summary>Every key is new and drives another out.</summary>
    private static Workload EvictHeavy(int capacity)
    {
        ConcurrentDictionary<long, long> dictionary = new();
        BoundedCache<long, long> plain = Create<long>(capacity, statistics: false);
        BoundedCache<long, long> counted = Create<long>(capacity, statistics: true);
        BoundedCache<long, long> timed = Create<long>(capacity, statistics: true, expires: true);
        LockedLru<long, long> locked = new(capacity);
        MemoryCache memoryCache = new(new MemoryCacheOptions { SizeLimit = capacity });
        return new Workload($"evict-heavy, {capacity}",
        [
            new("ConcurrentDictionary + TryRemove", Rising(new ReplaceInDictionary(dictionary, capacity))),
            new("BoundedCache, no statistics", Rising(new GetOrAddCache(plain))),
            new("BoundedCache, Set instead", Rising(new UpdateCache(Create<long>(capacity, statistics: true)))),
            new("BoundedCache", Rising(new GetOrAddCache(counted))),
            new("BoundedCache, TTL", Rising(new GetOrAddCache(timed))),
            new("lock + LinkedList", Rising(new GetOrAddLocked(locked))),
            new("MemoryCache", Rising(new GetOrAddMemoryCache(memoryCache))),
        ]);
    }

    private static long[] DrawLongs(int range)
    {
        Func<int> next = CacheTraces.Zipf(range, 0.99, 5);
        long[] keys = new long[DrawnKeys];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = next();
        }

        return keys;
    }

    private static Func<int, int> Batch<TKey, TOperation>(TKey[] keys, TOperation operation)
        where TOperation : struct, IOperation<TKey>
    {
        int[] positions = new int[64];
        return thread =>
        {
            int start = (positions[thread * 16] + (thread * (DrawnKeys / 2))) & (DrawnKeys - 1);
            positions[thread * 16] += BatchSize;
            foreach (TKey key in keys.AsSpan(start, BatchSize))
            {
                operation.Run(key);
            }

            return BatchSize;
        };
    }

    private static Func<int, int> Rising<TOperation>(TOperation operation)
        where TOperation : struct, IOperation<long>
    {
        long[] next = new long[64];
        return thread =>
        {
            long key = next[thread * 16];
            for (int i = 0; i < BatchSize; i++)
            {
                operation.Run(((key + i) * 2) + thread);
            }

            next[thread * 16] = key + BatchSize;
            return BatchSize;
        };
    }
}
