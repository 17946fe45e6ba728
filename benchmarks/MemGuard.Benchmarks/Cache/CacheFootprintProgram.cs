using MemGuard.Bounded;
using MemGuard.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>Bytes retained per entry, bytes allocated per insert and per hit, and how a mass expiry goes in real time.</summary>
internal static class CacheFootprintProgram
{
    private const int Capacity = 100_000;

    public static int Run(string[] args)
    {
        foreach (int capacity in (int[])[10_000, Capacity])
        {
            foreach (TimeSpan? timeToLive in (TimeSpan?[])[null, TimeSpan.FromHours(1)])
            {
                MeasureMemory(capacity, timeToLive);
            }
        }

        MeasurePeers(Effort.Of(Capacity, least: 1000));
        MeasureExpiry();
        return 0;
    }

    private static void MeasureMemory(int capacity, TimeSpan? timeToLive)
    {
        Fill(Create(1000, timeToLive), 1000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        BoundedCache<long, long> cache = Create(capacity, timeToLive);
        Fill(cache, capacity);
        long retained = GC.GetTotalMemory(forceFullCollection: true) - before;

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (long key = 1_000_000; key < 1_100_000; key++)
        {
            cache.Set(key, key);
        }

        long perInsert = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 100_000;
        allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            cache.TryGetValue(1_099_999, out _);
        }

        long perHit = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 100_000;
        Console.WriteLine(
            $"{capacity} entries{(timeToLive is null ? "" : " with TTL")}: {(double)retained / capacity:F1} bytes retained per entry, key and value included; {perInsert} allocated per insert with eviction, {perHit} per hit");
        GC.KeepAlive(cache);
    }

    private static void MeasurePeers(int capacity)
    {
        MeasurePeer<DictionaryCalls<long>>("ConcurrentDictionary, which bounds nothing", capacity, static _ => new(new()));
        MeasurePeer<BoundedCacheCalls<long>>("BoundedCache", capacity, static capacity => new(new(new() { Capacity = capacity })));
        MeasurePeer<BoundedCacheCalls<long>>("BoundedCache with TTL", capacity, static capacity => new(Create(capacity, TimeSpan.FromHours(1))));
        MeasurePeer<FastConcurrentLruCalls<long>>("BitFaster FastConcurrentLru", capacity, static capacity => new(new(capacity)));
        MeasurePeer<ConcurrentLruCalls<long>>("BitFaster ConcurrentLru", capacity, static capacity => new(new(capacity)));
        MeasurePeer<ConcurrentTLruCalls<long>>("BitFaster ConcurrentTLru", capacity, static capacity => new(new(capacity, TimeSpan.FromHours(1))));
        MeasurePeer<ConcurrentLfuCalls<long>>("BitFaster ConcurrentLfu", capacity, static capacity => new(new(capacity)));
        MeasurePeer<MemoryCacheCalls<long>>("MemoryCache", capacity, static capacity => new(new MemoryCache(new MemoryCacheOptions { SizeLimit = capacity })));
        MeasurePeer<MemoryCacheCalls<long>>("BoundedMemoryCache", capacity, static capacity => new(new BoundedMemoryCache(new() { Capacity = capacity })));
    }

    /// <summary>The same keys and values in each: long, and boxed where the cache takes objects.</summary>
    private static void MeasurePeer<TCalls>(string name, int capacity, Func<int, TCalls> create)
        where TCalls : struct, ICacheCalls<long>
    {
        Fill(create(1000), 1000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TCalls calls = create(capacity);
        Fill(calls, capacity);
        long retained = GC.GetTotalMemory(forceFullCollection: true) - before;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (long key = capacity; key < 2L * capacity; key++)
        {
            calls.Set(key);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine($"{name}, {capacity} entries: {(double)retained / capacity:F1} bytes retained per entry; {(double)allocated / capacity:F0} allocated per write of a new key by its caller");
        calls.Read(0);
    }

    private static void Fill<TCalls>(TCalls calls, int count)
        where TCalls : struct, ICacheCalls<long>
    {
        for (long key = 0; key < count; key++)
        {
            calls.Set(key);
        }
    }

    private static void MeasureExpiry()
    {
        BoundedCache<long, long> cache = Create(Capacity, TimeSpan.FromMilliseconds(640));
        Fill(cache, Capacity);
        long filled = Environment.TickCount64;
        while (cache.Count == Capacity)
        {
            Thread.Sleep(1);
        }

        long begun = Environment.TickCount64;
        while (cache.Count > 0 && Environment.TickCount64 - filled < 10_000)
        {
            Thread.Sleep(1);
        }

        Console.WriteLine($"real time, TTL 640 ms, {Capacity} entries, no access: first gone {begun - filled} ms and last gone {Environment.TickCount64 - filled} ms after the last set");

        // The same work on this thread. The removals of a hold are reported after it: the longest time between two is the longest hold.
        TimeSpan last = TimeSpan.Zero;
        TimeSpan longest = TimeSpan.Zero;
        BoundedCache<long, long> held = new(
            new()
            {
                Capacity = Capacity,
                TimeToLive = TimeSpan.FromMilliseconds(640),
                EntryRemoved = (_, _, _) =>
                {
                    TimeSpan now = ThreadClock.Now;
                    longest = now - last > longest ? now - last : longest;
                    last = now;
                },
            },
            new StoppedTime());
        Fill(held, Capacity);
        ((ITickTarget)held).Tick(0);
        TimeSpan began = last = ThreadClock.Now;
        ((ITickTarget)held).Tick(10_000);
        TimeSpan total = ThreadClock.Now - began;
        Console.WriteLine($"mass expiry of {Capacity}: a lock held for at most {longest.TotalMilliseconds:F3} ms of thread CPU, {total.TotalMicroseconds / Capacity:F2} µs an entry, its report included");
    }

    private static BoundedCache<long, long> Create(int capacity, TimeSpan? timeToLive) => new(new() { Capacity = capacity, TimeToLive = timeToLive });

    private static void Fill(BoundedCache<long, long> cache, int count)
    {
        for (long key = 0; key < count; key++)
        {
            cache.Set(key, key);
        }
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
