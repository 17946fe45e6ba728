using MemGuard.Bounded;

namespace MemGuard.Benchmarks.HotPaths;

/// <summary>A cache as most have it: long keys, 10,000 entries, statistics on.</summary>
internal static class CachePaths
{
    private const int Capacity = 10_000;
    private const int DrawnKeys = 1 << 17;

    public static IEnumerable<HotPath> Create()
    {
        long[] present = Draw(Capacity / 2);
        BoundedCache<long, long> read = new(new() { Capacity = Capacity });
        for (long key = 0; key < Capacity / 2; key++)
        {
            read.Set(key, key);
        }

        yield return new HotPath("cache read hit", 8_000_000, count => Read(read, present, count));

        long[] many = Draw(6 * Capacity);
        BoundedCache<long, long> zipf = new(new() { Capacity = Capacity });
        yield return new HotPath("cache GetOrAdd, Zipf .99 over 6 times the capacity", 2_000_000, count => GetOrAdd(zipf, many, count));

        BoundedCache<long, long> evicting = new(new() { Capacity = Capacity });
        long next = 0;
        yield return new HotPath("cache GetOrAdd, every key drives another out", 1_000_000, count => next = Evict(evicting, next, count));
    }

    private static void Read(BoundedCache<long, long> cache, long[] keys, int count)
    {
        for (int i = 0; i < count; i++)
        {
            cache.TryGetValue(keys[i & (DrawnKeys - 1)], out _);
        }
    }

    private static void GetOrAdd(BoundedCache<long, long> cache, long[] keys, int count)
    {
        for (int i = 0; i < count; i++)
        {
            cache.GetOrAdd(keys[i & (DrawnKeys - 1)], static key => key);
        }
    }

    private static long Evict(BoundedCache<long, long> cache, long first, int count)
    {
        for (long key = first; key < first + count; key++)
        {
            cache.GetOrAdd(key, static key => key);
        }

        return first + count;
    }

    private static long[] Draw(int range)
    {
        double[] cumulative = new double[range];
        double sum = 0;
        for (int rank = 0; rank < range; rank++)
        {
            sum += 1 / Math.Pow(rank + 1, 0.99);
            cumulative[rank] = sum;
        }

        long[] keys = [.. Enumerable.Range(0, range).Select(static key => (long)key)];
        Random random = new(5);
        random.Shuffle(keys);
        long[] drawn = new long[DrawnKeys];
        for (int i = 0; i < drawn.Length; i++)
        {
            int index = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            drawn[i] = keys[Math.Min(range - 1, index < 0 ? ~index : index)];
        }

        return drawn;
    }
}
