namespace MemGuard.Benchmarks.Cache;

/// <summary>Which keys a workload asks for.</summary>
internal interface IKeys<TKey>
{
    /// <summary>What the caches hold before the first slice.</summary>
    IEnumerable<TKey> Present { get; }

    /// <summary>For keys that never come again: how many of them the yardstick keeps. Null: all.</summary>
    int? CapacityOfYardstick { get; }

    /// <summary>The loop over some thousand keys, for the thread given; returns how many. Each cache gets a loop and a position of its own.</summary>
    Func<int, int> CreateLoop<TCalls, TOperation>(TCalls calls)
        where TCalls : struct, ICacheCalls<TKey>
        where TOperation : struct, IOperation;
}

/// <summary>Keys drawn in advance: a loop measures the cache alone.</summary>
internal sealed class DrawnKeys<TKey>(TKey[] drawn, IEnumerable<TKey> present) : IKeys<TKey>
{
    private const int BatchSize = 4096;

    public IEnumerable<TKey> Present => present;

    public int? CapacityOfYardstick => null;

    public Func<int, int> CreateLoop<TCalls, TOperation>(TCalls calls)
        where TCalls : struct, ICacheCalls<TKey>
        where TOperation : struct, IOperation
    {
        int[] positions = new int[64];
        return thread =>
        {
            // The threads are half a round apart, their positions a line of the processor's cache.
            int start = (positions[thread * 16] + (thread * (drawn.Length / 2))) & (drawn.Length - 1);
            positions[thread * 16] += BatchSize;
            int index = 0;
            foreach (TKey key in drawn.AsSpan(start, BatchSize))
            {
                TOperation.Run(calls, key, index++);
            }

            return BatchSize;
        };
    }
}

/// <summary>Every key is new and drives another out.</summary>
internal sealed class RisingKeys(int capacity) : IKeys<long>
{
    private const int BatchSize = 4096;

    public IEnumerable<long> Present => [];

    public int? CapacityOfYardstick => capacity;

    public Func<int, int> CreateLoop<TCalls, TOperation>(TCalls calls)
        where TCalls : struct, ICacheCalls<long>
        where TOperation : struct, IOperation
    {
        long[] next = new long[64];
        return thread =>
        {
            long key = next[thread * 16];
            for (int i = 0; i < BatchSize; i++)
            {
                TOperation.Run(calls, ((key + i) * 2) + thread, i);
            }

            next[thread * 16] = key + BatchSize;
            return BatchSize;
        };
    }
}
