using System.Collections.Concurrent;
using System.Globalization;
using MemGuard.Bounded;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Benchmarks.Cache;

/// <summary>
/// Operations per second of thread CPU time as ratios to <see cref="ConcurrentDictionary{TKey,TValue}"/>, measured in interleaved slices of the
/// same run; the best slice of each counts. Arguments: [rounds, 15 by default] [part of a workload's name] [part of the contenders' names].
/// </summary>
internal static class CacheThroughputProgram
{
    private const int Threads = 2;
    private static readonly TimeSpan Slice = Effort.Of(TimeSpan.FromMilliseconds(60), least: TimeSpan.FromMilliseconds(1));

    public static int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
        string filter = args.Length > 1 ? args[1] : "";
        string contenders = args.Length > 2 ? args[2] : "";
        foreach (Workload workload in CacheWorkloads.CreateAll().Where(workload => workload.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            Measure(workload with { Contenders = [.. workload.Contenders.Where((contender, i) => i == 0 || contender.Name.Contains(contenders, StringComparison.OrdinalIgnoreCase))] }, rounds);
        }

        return 0;
    }

    private static void Measure(Workload workload, int rounds)
    {
        List<double>[] rates = [.. workload.Contenders.Select(static _ => new List<double>())];
        // The first rounds compile; the best slice is never among them.
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < workload.Contenders.Length; i++)
            {
                rates[i].Add(RunSlice(workload.Contenders[i].RunBatch));
            }
        }

        double yardstick = rates[0].Max();
        Console.WriteLine($"{workload.Name}: {workload.Contenders[0].Name} {yardstick / 1e6:F0} Mops per CPU second");
        for (int i = 1; i < rates.Length; i++)
        {
            Console.WriteLine($"  {workload.Contenders[i].Name,-32} {rates[i].Max() / yardstick,6:F2}   median {Median(rates[i]) / Median(rates[0]):F2}");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Runs batches on all threads for one slice of CPU time each.</summary>
    private static double RunSlice(Func<int, int> runBatch)
    {
        double[] rates = new double[Threads];
        using Barrier start = new(Threads);
        Thread[] threads = new Thread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            int thread = i;
            threads[i] = new Thread(() =>
            {
                start.SignalAndWait();
                TimeSpan began = ThreadClock.Now;
                TimeSpan used;
                long operations = 0;
                do
                {
                    operations += runBatch(thread);
                    used = ThreadClock.Now - began;
                }
                while (used < Slice);
                rates[thread] = operations / used.TotalSeconds;
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        return rates.Sum();
    }
}

/// <summary>What one cache does in a workload.</summary>
/// <param name="Name">The cache.</param>
/// <param name="RunBatch">Runs some operations for the thread given; returns how many.</param>
internal sealed record Contender(string Name, Func<int, int> RunBatch);

/// <summary>One kind of load; the first contender is the yardstick.</summary>
internal sealed record Workload(string Name, Contender[] Contenders);
