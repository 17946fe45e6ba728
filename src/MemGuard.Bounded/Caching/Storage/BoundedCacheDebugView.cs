using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>What a debugger shows of a cache: its entries and its counters.</summary>
internal sealed class BoundedCacheDebugView<TKey, TValue>(BoundedCache<TKey, TValue> cache)
    where TKey : notnull
{
    /// <summary>More than anybody looks through.</summary>
    private const int MostEntries = 1000;

    [DebuggerBrowsable(DebuggerBrowsableState.RootHidden)]
    public KeyValuePair<TKey, TValue>[] Entries => [.. cache.Take(MostEntries)];

    public BoundedCacheStatistics Statistics => cache.GetStatistics();
}
