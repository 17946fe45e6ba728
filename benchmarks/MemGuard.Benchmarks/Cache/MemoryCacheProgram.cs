using System.Globalization;
using MemGuard.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>
/// The framework's memory cache and ours behind the same interface, and what a full one does with a new entry: a write that is dropped is a fast one.
/// </summary>
internal static class MemoryCacheProgram
{
    private const int Capacity = 10_000;

    /// <summary>Arguments: [rounds, 15 by default] [part of a workload's name].</summary>
    public static int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
        string filter = args.Length > 1 ? args[1] : "";
        foreach (Workload workload in CacheWorkloads.CreateForMemoryCaches().Where(workload => workload.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            CacheThroughputProgram.Measure(workload.Name, workload.CreateContenders(), rounds);
        }

        Console.WriteLine();
        using MemoryCache framework = new(new MemoryCacheOptions { SizeLimit = Capacity });
        using BoundedMemoryCache bounded = new(new BoundedMemoryCacheOptions { Capacity = Capacity });
        TellNewcomers("MemoryCache", framework, () => framework.Count);
        TellNewcomers("BoundedMemoryCache", bounded, () => bounded.Count);
        return 0;
    }

    private static void TellNewcomers(string name, IMemoryCache cache, Func<int> count)
    {
        int writes = Effort.Of(50 * Capacity, least: 2 * Capacity);
        int stayed = 0;
        int least = int.MaxValue;
        for (int key = 0; key < writes; key++)
        {
            cache.Set(key, key, new MemoryCacheEntryOptions { Size = 1 });
            stayed += cache.TryGetValue(key, out _) ? 1 : 0;
            least = key >= Capacity ? Math.Min(least, count()) : least;
        }

        Console.WriteLine($"{name}: of {writes} new entries {100.0 * stayed / writes:0.0} % could be read right after their write; once full it held {least} entries at least, of {Capacity}");
    }
}
