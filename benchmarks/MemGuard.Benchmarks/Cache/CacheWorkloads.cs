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
            yield return new($"reads and writes half and half, Zipf .99 over 6 times the capacity, {capacity}", () => CacheContenders.Create<long, HalfOperation>(capacity, Draw(6 * capacity)));
            yield return new($"evict-heavy, every key drives another out, {capacity}", () => CacheContenders.Create<long, GetOrAddOperation>(capacity, new RisingKeys(capacity)));
        }

        yield return new("read hits, string keys, 10000", static () => CacheContenders.Create<string, ReadOperation>(10_000, DrawNames(5_000)));
        yield return new("update, 10000", static () => CacheContenders.Create<long, SetOperation>(10_000, DrawHits(5_000)));
    }

    private static DrawnKeys<long> Draw(int range) => new(DrawLongs(range), []);

    private static DrawnKeys<long> DrawHits(int range) => new(DrawLongs(range), Enumerable.Range(0, range).Select(static key => (long)key));

    // Other objects than those in the cache, as a key that was just read from a request.
    private static DrawnKeys<string> DrawNames(int range)
    {
        string[] names = [.. Enumerable.Range(0, range).Select(static i => $"user:{i:D6}")];
        return new([.. DrawLongs(range).Select(key => new string(names[key]))], names);
    }

    private static long[] DrawLongs(int range)
    {
        Func<int> next = CacheTraces.Zipf(range, 0.99, 5);
        long[] keys = new long[DrawnCount];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = next();
        }

        return keys;
    }
}
