namespace MemGuard.Benchmarks.Cache;

/// <summary>What a workload does with each key.</summary>
internal interface IOperation
{
    static abstract void Run<TKey, TCalls>(TCalls calls, TKey key, int index)
        where TCalls : struct, ICacheCalls<TKey>;
}

internal readonly struct ReadOperation : IOperation
{
    public static void Run<TKey, TCalls>(TCalls calls, TKey key, int index)
        where TCalls : struct, ICacheCalls<TKey> => calls.Read(key);
}

internal readonly struct GetOrAddOperation : IOperation
{
    public static void Run<TKey, TCalls>(TCalls calls, TKey key, int index)
        where TCalls : struct, ICacheCalls<TKey> => calls.GetOrAdd(key);
}

internal readonly struct SetOperation : IOperation
{
    public static void Run<TKey, TCalls>(TCalls calls, TKey key, int index)
        where TCalls : struct, ICacheCalls<TKey> => calls.Set(key);
}

/// <summary>Reads and writes in turn.</summary>
internal readonly struct HalfOperation : IOperation
{
    public static void Run<TKey, TCalls>(TCalls calls, TKey key, int index)
        where TCalls : struct, ICacheCalls<TKey>
    {
        if ((index & 1) == 0)
        {
            calls.Read(key);
        }
        else
        {
            calls.Set(key);
        }
    }
}
