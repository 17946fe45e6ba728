using System.Collections.Concurrent;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace MemGuard.Benchmarks.Cache;

/// <summary>The three calls of a cache. Structs: a loop compiled for one calls that cache directly, as a program that uses it does.</summary>
internal interface ICacheCalls<TKey>
{
    void Read(TKey key);

    void GetOrAdd(TKey key);

    void Set(TKey key);
}

internal readonly struct BoundedCacheCalls<TKey>(BoundedCache<TKey, long> cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGetValue(key, out _);

    public void GetOrAdd(TKey key) => cache.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => cache.Set(key, 1);
}

/// <summary>By parts of texts: the keys are strings only so that both are given the same.</summary>
internal readonly struct TextLookupCalls(BoundedCache<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup) : ICacheCalls<string>
{
    public void Read(string key) => lookup.TryGetValue(key, out _);

    public void GetOrAdd(string key) => lookup.GetOrAdd(key, static _ => 1);

    public void Set(string key) => lookup.Set(key, 1);
}

/// <summary>What is done without such a lookup: the part becomes a string.</summary>
internal readonly struct CopiedTextCalls(BoundedCache<string, long> cache) : ICacheCalls<string>
{
    public void Read(string key) => cache.TryGetValue(new string(key), out _);

    public void GetOrAdd(string key) => cache.GetOrAdd(new string(key), static _ => 1);

    public void Set(string key) => cache.Set(new string(key), 1);
}

internal readonly struct DictionaryTextCalls(ConcurrentDictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup) : ICacheCalls<string>
{
    public void Read(string key) => lookup.TryGetValue(key, out _);

    public void GetOrAdd(string key) => Set(key);

    public void Set(string key) => lookup[key] = 1;
}

internal readonly struct FusionCacheCalls(FusionCache cache) : ICacheCalls<string>
{
    private static readonly FusionCacheEntryOptions Options = new() { Duration = TimeSpan.FromHours(1), Size = 1 };

    public void Read(string key) => cache.TryGet<long>(key, Options);

    public void GetOrAdd(string key) => cache.GetOrSet<long>(key, static _ => 1, Options);

    public void Set(string key) => cache.Set(key, 1L, Options);
}

/// <summary>Nothing bounds it: an upper bound of what a cache can do, not a cache.</summary>
internal readonly struct DictionaryCalls<TKey>(ConcurrentDictionary<TKey, long> dictionary) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => dictionary.TryGetValue(key, out _);

    public void GetOrAdd(TKey key) => dictionary.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => dictionary[key] = 1;
}

/// <summary>For rising keys: each that comes drives out the one a capacity before it.</summary>
internal readonly struct ReplacingDictionaryCalls(ConcurrentDictionary<long, long> dictionary, int capacity) : ICacheCalls<long>
{
    public void Read(long key) => dictionary.TryGetValue(key, out _);

    public void GetOrAdd(long key)
    {
        dictionary.GetOrAdd(key, static _ => 1);
        dictionary.TryRemove(key - capacity, out _);
    }

    public void Set(long key)
    {
        dictionary[key] = 1;
        dictionary.TryRemove(key - capacity, out _);
    }
}

internal readonly struct LockedLruCalls<TKey>(LockedLru<TKey, long> cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGetValue(key, out _);

    public void GetOrAdd(TKey key) => cache.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => cache.Set(key, 1);
}

internal readonly struct MemoryCacheCalls<TKey>(IMemoryCache cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGetValue(key, out long _);

    public void GetOrAdd(TKey key) => cache.GetOrCreate(key, static entry =>
    {
        entry.Size = 1;
        return 1L;
    });

    public void Set(TKey key) => cache.Set(key, 1L, new MemoryCacheEntryOptions { Size = 1 });
}

internal readonly struct ConcurrentLruCalls<TKey>(ConcurrentLru<TKey, long> cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGet(key, out _);

    public void GetOrAdd(TKey key) => cache.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => cache.AddOrUpdate(key, 1);
}

internal readonly struct FastConcurrentLruCalls<TKey>(FastConcurrentLru<TKey, long> cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGet(key, out _);

    public void GetOrAdd(TKey key) => cache.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => cache.AddOrUpdate(key, 1);
}

internal readonly struct ConcurrentTLruCalls<TKey>(ConcurrentTLru<TKey, long> cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGet(key, out _);

    public void GetOrAdd(TKey key) => cache.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => cache.AddOrUpdate(key, 1);
}

internal readonly struct ConcurrentLfuCalls<TKey>(ConcurrentLfu<TKey, long> cache) : ICacheCalls<TKey>
    where TKey : notnull
{
    public void Read(TKey key) => cache.TryGet(key, out _);

    public void GetOrAdd(TKey key) => cache.GetOrAdd(key, static _ => 1);

    public void Set(TKey key) => cache.AddOrUpdate(key, 1);
}
