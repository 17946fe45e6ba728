namespace MemGuard.Benchmarks.Cache;

/// <summary>One kind of load; the first contender is the yardstick.</summary>
internal sealed record Workload(string Name, Func<Contender[]> CreateContenders);

/// <summary>The loads of the throughput program.</summary>
internal static class CacheWorkloads
{
    private const int DrawnCount = 1 << 18;

    public static IEnumerable<Workload> CreateAll()
    {
        foreach (int capacity in (int[])[10_000, 100_000])
        {
            yield return new($"read hits, {capacity}", () => CacheContenders.Create<long, ReadOperation>(capacity, DrawHits(capacity / 2)));
            yield return new($"GetOrAdd, Zipf .99 over 6 times the capacity, {capacity}", () => CacheContenders.Create<long, GetOrAddOperation>(capacity, Draw(6 * capacity)));
            yield return new($"GetOrAdd, Zipf .9 over 6 times the capacity, {capacity}", () => CacheContenders.Create<long, GetOrAddOperation>(capacity, Draw(6 * capacity, 0.9)));
            yield return new($"reads and writes half and half, Zipf .99 over 6 times the capacity, {capacity}", () => CacheContenders.Create<long, HalfOperation>(capacity, Draw(6 * capacity)));
            yield return new($"evict-heavy, every key drives another out, {capacity}", () => CacheContenders.Create<long, GetOrAddOperation>(capacity, new RisingKeys(capacity)));
        }

        yield return new("read hits by parts of texts, 10000", static () => CacheContenders.CreateTexts<ReadOperation>(10_000, DrawNames(5_000)));
        yield return new("read hits, string keys, 10000", static () => CacheContenders.Create<string, ReadOperation>(10_000, DrawNames(5_000)));
        yield return new("update, 10000", static () => CacheContenders.Create<long, SetOperation>(10_000, DrawHits(5_000)));
    }

    /// <summary>The loads of the program that compares memory caches.</summary>
    public static IEnumerable<Workload> CreateForMemoryCaches()
    {
        yield return new("IMemoryCache: read hits, 10000", static () => CacheContenders.CreateMemoryCaches<string, ReadOperation>(10_000, DrawNames(5_000)));
        yield return new("IMemoryCache: values replaced, 10000", static () => CacheContenders.CreateMemoryCaches<string, SetOperation>(10_000, DrawNames(5_000)));
        yield return new("IMemoryCache: GetOrCreate, Zipf .99 over 6 times the capacity, 10000", static () => CacheContenders.CreateMemoryCaches<string, GetOrAddOperation>(10_000, DrawNames(60_000)));
        yield return new("IMemoryCache: every key is new, the cache is full, 10000", static () => CacheContenders.CreateMemoryCaches<long, SetOperation>(10_000, new RisingKeys(10_000)));
    }

    private static DrawnKeys<long> Draw(int range, double skew = 0.99) => new(DrawLongs(range, skew), []);

    private static DrawnKeys<long> DrawHits(int range) => new(DrawLongs(range), Enumerable.Range(0, range).Select(static key => (long)key));

    // Other objects than those in the cache, as a key that was just read from a request.
    private static DrawnKeys<string> DrawNames(int range)
    {
        string[] names = [.. Enumerable.Range(0, range).Select(static i => $"user:{i:D6}")];
        return new([.. DrawLongs(range).Select(key => new string(names[key]))], names);
    }

    private static long[] DrawLongs(int range, double skew = 0.99)
    {
        Func<int> next = CacheTraces.Zipf(range, skew, 5);
        long[] keys = new long[DrawnCount];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = next();
        }

        return keys;
    }
}
