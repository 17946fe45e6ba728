using System.Collections.Concurrent;
using System.Globalization;

namespace MemGuard.Benchmarks.Cache;

/// <summary>
/// Operations of all caches in the same run as ratios to <see cref="ConcurrentDictionary{TKey,TValue}"/>, in interleaved slices, as Markdown.
/// They are counted by the second of processor time of the whole process: what a cache leaves to a thread of its own or to the garbage
/// collector is its cost, what others do on the machine is not.
/// </summary>
internal static class CacheThroughputProgram
{
    private static readonly int[] ThreadCounts = [1, 2, 4];
    private static readonly TimeSpan Slice = Effort.Of(TimeSpan.FromMilliseconds(60), least: TimeSpan.FromMilliseconds(1));

    /// <summary>Arguments: [rounds, 15 by default] [part of a workload's name] [part of the contenders' names].</summary>
    public static int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
        string filter = args.Length > 1 ? args[1] : "";
        string only = args.Length > 2 ? args[2] : "";
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}; operations a second of processor time as ratios to the first row of each table, {rounds} interleaved slices of {Slice.TotalMilliseconds:0} ms.");
        foreach (Workload workload in CacheWorkloads.CreateAll().Where(workload => workload.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            Measure(workload.Name, [.. workload.CreateContenders().Where((contender, i) => i == 0 || contender.Name.Contains(only, StringComparison.OrdinalIgnoreCase))], rounds);
        }

        return 0;
    }

    public static void Measure(string name, Contender[] contenders, int rounds)
    {
        double[][][] rates = [.. ThreadCounts.Select(threads => MeasureRounds(contenders, threads, rounds))];
        double[][] yardsticks = [.. rates.Select(static rate => rate[0])];
        Console.WriteLine();
        Console.WriteLine($"### {name}");
        Console.WriteLine();
        Console.WriteLine($"| cache | {string.Join(" | ", ThreadCounts.Select(static threads => $"{threads} thread{(threads > 1 ? "s" : "")}: median | best"))} |");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", 2 * ThreadCounts.Length))}");
        Console.WriteLine($"| {contenders[0].Name} | {string.Join(" | ", yardsticks.Select(static yardstick => $"{Median.Of(yardstick) / 1e6:0.0} M/s | {yardstick.Max() / 1e6:0.0} M/s"))} |");
        for (int i = 1; i < contenders.Length; i++)
        {
            Console.WriteLine($"| {contenders[i].Name} | {string.Join(" | ", rates.Select(rate => $"{Median.Of(rate[i]) / Median.Of(rate[0]):0.00} | {rate[i].Max() / rate[0].Max():0.00}"))} |");
        }
    }

    /// <summary>The rates of each contender, one a round.</summary>
    private static double[][] MeasureRounds(Contender[] contenders, int threads, int rounds)
    {
        // The first rounds compile and fill.
        int warmUps = Effort.Of(3, least: 1);
        double[][] rates = [.. contenders.Select(_ => new double[rounds])];
        for (int round = -warmUps; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                double rate = RunSlice(contenders[i], threads);
                if (round >= 0)
                {
                    rates[i][round] = rate;
                }
            }
        }

        return rates;
    }

    /// <summary>Runs batches on so many threads for one slice of processor time each.</summary>
    private static double RunSlice(Contender contender, int threadCount)
    {
        long operations = 0;
        using Barrier start = new(threadCount);
        Thread[] threads = [.. Enumerable.Range(0, threadCount).Select(thread => new Thread(() =>
        {
            start.SignalAndWait();
            TimeSpan began = ThreadClock.Now;
            long done = 0;
            do
            {
                done += contender.RunBatch(thread);
            }
            while (ThreadClock.Now - began < Slice);
            Interlocked.Add(ref operations, done);
        }))];
        TimeSpan used = Environment.CpuUsage.TotalTime;
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        contender.EndSlice();
        return operations / (Environment.CpuUsage.TotalTime - used).TotalSeconds;
    }
}
