using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>Latency and allocations of one read hit, beside what people use today.</summary>
[MemoryDiagnoser]
public class CacheReadBenchmarks
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<long, long> _dictionary = new();
    private readonly BoundedCache<long, long> _cache = new(new() { Capacity = Capacity });
    private readonly BoundedCache<long, long> _timed = new(new() { Capacity = Capacity, TimeToLive = TimeSpan.FromHours(1) });
    private readonly MemoryCache _memoryCache = new(new MemoryCacheOptions { SizeLimit = Capacity });
    private readonly LockedLru<long, long> _locked = new(Capacity);
    private long _key;

    [GlobalSetup]
    public void Fill()
    {
        for (long key = 0; key < Capacity / 2; key++)
        {
            _dictionary[key] = key;
            _cache.Set(key, key);
            _timed.Set(key, key);
            _memoryCache.Set(key, key, new MemoryCacheEntryOptions { Size = 1 });
            _locked.Set(key, key);
        }
    }

    [Benchmark(Baseline = true)]
    public bool ConcurrentDictionary() => _dictionary.TryGetValue(NextKey(), out _);

    [Benchmark]
    public bool BoundedCache() => _cache.TryGetValue(NextKey(), out _);

    [Benchmark]
    public bool BoundedCacheWithTimeToLive() => _timed.TryGetValue(NextKey(), out _);

    [Benchmark]
    public bool MemoryCacheWithSizeLimit() => _memoryCache.TryGetValue(NextKey(), out long _);

    [Benchmark]
    public bool LockAndLinkedList() => _locked.TryGetValue(NextKey(), out _);

    private long NextKey() => _key = (_key + 1237) % (Capacity / 2);
}

/// <summary>Latency and allocations of one insert that drives another entry out.</summary>
[MemoryDiagnoser]
public class CacheEvictBenchmarks
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<long, long> _dictionary = new();
    private readonly BoundedCache<long, long> _cache = new(new() { Capacity = Capacity });
    private readonly MemoryCache _memoryCache = new(new MemoryCacheOptions { SizeLimit = Capacity });
    private readonly LockedLru<long, long> _locked = new(Capacity);
    private long _key;

    [Benchmark(Baseline = true)]
    public bool ConcurrentDictionaryWithRemove()
    {
        long key = ++_key;
        _dictionary[key] = key;
        return _dictionary.TryRemove(key - Capacity, out _);
    }

    [Benchmark]
    public CacheSetResult BoundedCache() => _cache.Set(++_key, _key);

    [Benchmark]
    public long MemoryCacheWithSizeLimit() => _memoryCache.Set(++_key, _key, new MemoryCacheEntryOptions { Size = 1 });

    [Benchmark]
    public void LockAndLinkedList() => _locked.Set(++_key, _key);
}
