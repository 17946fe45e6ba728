using System.Collections.Concurrent;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using MemGuard.Bounded;
using MemGuard.Caching;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace MemGuard.Benchmarks.Cache;

/// <summary>What one cache does in a workload.</summary>
/// <param name="Name">The cache.</param>
/// <param name="RunBatch">Runs some operations for the thread given; returns how many.</param>
/// <param name="EndSlice">Does what the cache has put off, so that its own slice pays for it.</param>
internal sealed record Contender(string Name, Func<int, int> RunBatch, Action EndSlice);

/// <summary>All caches of one capacity, each filled with the same keys and each with the loops of one workload.</summary>
internal static class CacheContenders
{
    private static readonly TimeSpan LongLife = TimeSpan.FromHours(1);

    public static Contender[] Create<TKey, TOperation>(int capacity, IKeys<TKey> keys)
        where TKey : notnull
        where TOperation : struct, IOperation
    {
        ConcurrentLfu<TKey, long> lfu = new(capacity);
        return
        [
            keys.CapacityOfYardstick is int bound && keys is IKeys<long> rising
                ? Prepare<long, ReplacingDictionaryCalls, TOperation>("ConcurrentDictionary + TryRemove", new(new(), bound), rising)
                : Prepare<TKey, DictionaryCalls<TKey>, TOperation>("ConcurrentDictionary", new(new()), keys),
            Bounded<TKey, TOperation>("BoundedCache, no statistics", new() { Capacity = capacity, TrackStatistics = false }, keys),
            Bounded<TKey, TOperation>("BoundedCache", new() { Capacity = capacity }, keys),
            Bounded<TKey, TOperation>("BoundedCache, TTL", new() { Capacity = capacity, TimeToLive = LongLife }, keys),
            Bounded<TKey, TOperation>("BoundedCache, exact LRU", new() { Capacity = capacity, EvictionPolicy = EvictionPolicy.LeastRecentlyUsed }, keys),
            Prepare<TKey, FastConcurrentLruCalls<TKey>, TOperation>("BitFaster FastConcurrentLru (no statistics)", new(new(capacity)), keys),
            Prepare<TKey, ConcurrentLruCalls<TKey>, TOperation>("BitFaster ConcurrentLru", new(new(capacity)), keys),
            Prepare<TKey, ConcurrentTLruCalls<TKey>, TOperation>("BitFaster ConcurrentTLru, TTL", new(new(capacity, LongLife)), keys),
            Prepare<TKey, ConcurrentLfuCalls<TKey>, TOperation>("BitFaster ConcurrentLfu", new(lfu), keys, lfu.DoMaintenance),
            Prepare<TKey, MemoryCacheCalls<TKey>, TOperation>("MemoryCache", new(new MemoryCache(new MemoryCacheOptions { SizeLimit = capacity })), keys),
            Prepare<TKey, LockedLruCalls<TKey>, TOperation>("lock + LinkedList", new(new(capacity)), keys),
        ];
    }

    /// <summary>Reads by parts of texts beside reads by strings.</summary>
    public static Contender[] CreateTexts<TOperation>(int capacity, IKeys<string> keys)
        where TOperation : struct, IOperation
    {
        ConcurrentDictionary<string, long> dictionary = new();
        BoundedCache<string, long> cache = new(new() { Capacity = capacity });
        return
        [
            Prepare<string, DictionaryCalls<string>, TOperation>("ConcurrentDictionary, by string", new(dictionary), keys),
            Prepare<string, DictionaryTextCalls, TOperation>("ConcurrentDictionary, by span", new(dictionary.GetAlternateLookup<ReadOnlySpan<char>>()), keys),
            Prepare<string, BoundedCacheCalls<string>, TOperation>("BoundedCache, by string", new(cache), keys),
            Prepare<string, TextLookupCalls, TOperation>("BoundedCache, by span", new(cache.GetAlternateLookup<ReadOnlySpan<char>>()), keys),
            Prepare<string, CopiedTextCalls, TOperation>("BoundedCache, by a copy of the span", new(cache), keys),
        ];
    }

    /// <summary>What libraries see as an <see cref="IMemoryCache"/>.</summary>
    public static Contender[] CreateMemoryCaches<TKey, TOperation>(int capacity, IKeys<TKey> keys)
        where TKey : notnull
        where TOperation : struct, IOperation
    {
        List<Contender> contenders =
        [
            Prepare<TKey, MemoryCacheCalls<TKey>, TOperation>("MemoryCache", new(CreateMemoryCache(capacity)), keys),
            Prepare<TKey, MemoryCacheCalls<TKey>, TOperation>("BoundedMemoryCache", new(new BoundedMemoryCache(new() { Capacity = capacity })), keys),
            Prepare<TKey, MemoryCacheCalls<TKey>, TOperation>("BoundedMemoryCache with SizeLimit", new(new BoundedMemoryCache(new() { Capacity = capacity, SizeLimit = capacity })), keys),
        ];
        if (keys is IKeys<string> texts)
        {
            contenders.Add(Prepare<string, FusionCacheCalls, TOperation>("FusionCache on MemoryCache", new(new(new FusionCacheOptions(), CreateMemoryCache(capacity))), texts));
            contenders.Add(Prepare<string, FusionCacheCalls, TOperation>("FusionCache on BoundedMemoryCache", new(new(new FusionCacheOptions(), new BoundedMemoryCache(new() { Capacity = capacity }))), texts));
        }

        return [.. contenders];
    }

    private static MemoryCache CreateMemoryCache(int capacity) => new(new MemoryCacheOptions { SizeLimit = capacity, TrackStatistics = true });

    private static Contender Bounded<TKey, TOperation>(string name, BoundedCacheOptions<TKey, long> options, IKeys<TKey> keys)
        where TKey : notnull
        where TOperation : struct, IOperation => Prepare<TKey, BoundedCacheCalls<TKey>, TOperation>(name, new(new(options)), keys);

    private static Contender Prepare<TKey, TCalls, TOperation>(string name, TCalls calls, IKeys<TKey> keys, Action? endSlice = null)
        where TCalls : struct, ICacheCalls<TKey>
        where TOperation : struct, IOperation
    {
        foreach (TKey key in keys.Present)
        {
            calls.Set(key);
        }

        return new Contender(name, keys.CreateLoop<TCalls, TOperation>(calls), endSlice ?? (static () => { }));
    }
}
