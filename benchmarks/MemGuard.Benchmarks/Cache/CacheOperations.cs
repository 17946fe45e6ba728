using System.Collections.Concurrent;
using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>One operation on one cache. Structs: the loop around them calls the cache directly, without a delegate between.</summary>
internal interface IOperation<TKey>
{
    void Run(TKey key);
}

internal readonly struct ReadDictionary<TKey>(ConcurrentDictionary<TKey, long> dictionary) : IOperation<TKey>
    where TKey : notnull
{
    public void Run(TKey key) => dictionary.TryGetValue(key, out _);
}

internal readonly struct ReadCache<TKey>(BoundedCache<TKey, long> cache) : IOperation<TKey>
    where TKey : notnull
{
    public void Run(TKey key) => cache.TryGetValue(key, out _);
}

internal readonly struct ReadLocked(LockedLru<long, long> cache) : IOperation<long>
{
    public void Run(long key) => cache.TryGetValue(key, out _);
}

internal readonly struct ReadMemoryCache<TKey>(MemoryCache cache) : IOperation<TKey>
    where TKey : notnull
{
    public void Run(TKey key) => cache.TryGetValue(key, out long _);
}

internal readonly struct UpdateDictionary(ConcurrentDictionary<long, long> dictionary) : IOperation<long>
{
    public void Run(long key) => dictionary[key] = key;
}

internal readonly struct UpdateCache(BoundedCache<long, long> cache) : IOperation<long>
{
    public void Run(long key) => cache.Set(key, key);
}

internal readonly struct GetOrAddDictionary(ConcurrentDictionary<long, long> dictionary) : IOperation<long>
{
    public void Run(long key) => dictionary.GetOrAdd(key, static key => key);
}

internal readonly struct ReplaceInDictionary(ConcurrentDictionary<long, long> dictionary, int capacity) : IOperation<long>
{
    public void Run(long key)
    {
        dictionary.GetOrAdd(key, static key => key);
        dictionary.TryRemove(key - capacity, out _);
    }
}

internal readonly struct GetOrAddCache(BoundedCache<long, long> cache) : IOperation<long>
{
    public void Run(long key) => cache.GetOrAdd(key, static key => key);
}

internal readonly struct GetOrAddLocked(LockedLru<long, long> cache) : IOperation<long>
{
    public void Run(long key) => cache.GetOrAdd(key, static key => key);
}

internal readonly struct GetOrAddMemoryCache(MemoryCache cache) : IOperation<long>
{
    public void Run(long key) => cache.GetOrCreate(key, static entry =>
    {
        entry.Size = 1;
        return entry.Size.Value;
    });
}
