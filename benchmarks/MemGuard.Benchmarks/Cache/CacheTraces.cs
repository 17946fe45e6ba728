namespace MemGuard.Benchmarks.Cache;

/// <summary>Synthetic access sequences, reproducible from their seeds. Keys are numbered by first appearance.</summary>
internal static class CacheTraces
{
    private static readonly int Accesses = Effort.Of(800_000, least: 20_000);

    public static CacheTrace[] CreateAll() =>
    [
        new("Zipf .7", ZipfPlain(50_000, 0.7, 1), 2_496, 49_932, Reference: 35.8),
        new("Zipf .99", ZipfPlain(50_000, 0.99, 2), 925, 46_265, Reference: 62.3),
        new("Zipf + scans", ZipfWithScans(), 4_943, 247_181, Reference: 49.2),
        new("shifting Zipf", ShiftingZipf(), 1_794, 35_883, Reference: 73.0),
        new("cyclic", Cyclic(), 202, 1_011, Reference: 19.3),
        new("recency", Recency(), 1_000),
        new("shifting Zipf, large", ShiftingZipf(), 14_353),
    ];

    /// <summary>Draws ranks with weight 1/(rank+1)^s and maps them to shuffled keys.</summary>
    public static Func<int> Zipf(int n, double s, int seed)
    {
        double[] cumulative = new double[n];
        double sum = 0;
        for (int rank = 0; rank < n; rank++)
        {
            sum += 1 / Math.Pow(rank + 1, s);
            cumulative[rank] = sum;
        }

        int[] keys = [.. Enumerable.Range(0, n)];
        new Random(42).Shuffle(keys);
        Random random = new(seed);
        return () =>
        {
            int index = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            return keys[Math.Min(n - 1, index < 0 ? ~index : index)];
        };
    }

    private static int[] ZipfPlain(int n, double s, int seed)
    {
        Func<int> next = Zipf(n, s, seed);
        return Renumber(i => next());
    }

    private static int[] ZipfWithScans()
    {
        Func<int> next = Zipf(50_000, 0.9, 7);
        int scanned = 1_000_000;
        return Renumber(i => i % 20_000 < 5_000 ? scanned++ : next());
    }

    private static int[] ShiftingZipf()
    {
        Func<int> next = Zipf(20_000, 1.0, 9);
        return Renumber(i => next() + (7_000 * (i / 250_000)));
    }

    private static int[] Cyclic() => [.. Enumerable.Repeat(Enumerable.Range(0, 1011), Effort.Of(500, least: 5)).SelectMany(static keys => keys)];

    /// <summary>Each key is asked for a few times within a short while and never again: what counts is recency.</summary>
    private static int[] Recency()
    {
        Random random = new(11);
        List<int> recent = [];
        int next = 0;
        return Renumber(_ =>
        {
            if (recent.Count < 700 || random.NextDouble() < 0.3)
            {
                recent.Add(next);
                return next++;
            }

            return recent[recent.Count - 1 - random.Next(700)];
        });
    }

    private static int[] Renumber(Func<int, int> next)
    {
        Dictionary<int, int> numbers = [];
        int[] keys = new int[Accesses];
        for (int i = 0; i < keys.Length; i++)
        {
            int key = next(i);
            if (!numbers.TryGetValue(key, out int number))
            {
                numbers[key] = number = numbers.Count;
            }

            keys[i] = number;
        }

        return keys;
    }
}

/// <summary>A sequence with the hit ratio, in percent, that must be reached on it; null where nobody measured.</summary>
/// <param name="Distinct">How many keys there must be if the generator is right.</param>
/// <param name="Reference">The prototype of this cache.</param>
internal sealed record CacheTrace(
    string Name, int[] Keys, int Capacity, int? Distinct = null, double? Reference = null);
