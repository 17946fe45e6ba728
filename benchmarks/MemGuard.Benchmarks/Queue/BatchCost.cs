using System.Diagnostics;
using MemGuard.Bounded;

namespace MemGuard.Benchmarks.Queue;

/// <summary>Batch.ForEachAsync with stragglers against Parallel.ForEachAsync and chunks; what tracking a task costs.</summary>
internal static class BatchCost
{
    private static readonly int Items = Effort.Of(1600, least: 64);
    private const int Concurrency = 16;

    private static readonly InFlightTasks Tracked = new(new InFlightTasksOptions { Name = "benchmark", Capacity = 1000, FullMode = InFlightFullMode.Reject });

    private static readonly CountdownEvent Ended = new(1);

    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency };
        BatchOptions<int> weighed = new() { MaxConcurrency = Concurrency, MaxWeightInFlight = 64, Weigher = static item => item % 8 };
        Console.WriteLine($"{Items} items, {Concurrency} at a time, 5 ms each, every 20th 50 ms; {Environment.ProcessorCount} cores, .NET {Environment.Version}; medians of 5 interleaved rounds, seconds.");
        Console.WriteLine();
        (string Name, Func<Task> Run)[] ways =
        [
            ("Parallel.ForEachAsync", () => Parallel.ForEachAsync(Enumerable.Range(0, Items), parallel, WorkAsync)),
            ("Batch.ForEachAsync", () => Batch.ForEachAsync(Enumerable.Range(0, Items), Concurrency, WorkAsync)),
            ("Batch.ForEachAsync, weighed", () => Batch.ForEachAsync(Enumerable.Range(0, Items), weighed, WorkAsync)),
            ("Batch.SelectAsync, ordered", () => SelectAsync(keepsOrder: true)),
            ("Batch.SelectAsync, as they come", () => SelectAsync(keepsOrder: false)),
            ("chunks of 16 and WhenAll", ChunksAsync),
        ];
        double[][] seconds = [.. ways.Select(static _ => new double[5])];
        for (int round = 0; round < 5; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                long start = Stopwatch.GetTimestamp();
                ways[way].Run().Wait();
                seconds[way][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        double yardstick = InterleavedRounds.GetMedian(seconds[0]);
        Console.WriteLine("| way | seconds | ratio |");
        Console.WriteLine("|---|---|---|");
        for (int way = 0; way < ways.Length; way++)
        {
            double median = InterleavedRounds.GetMedian(seconds[way]);
            Console.WriteLine($"| {ways[way].Name} | {median:F3} | {median / yardstick:F2} |");
        }

        Console.WriteLine();
        PrintTracking();
        return 0;
    }

    private static void PrintTracking()
    {
        Console.WriteLine("| an operation that yields once | ns | ratio | CPU ratio | bytes |");
        Console.WriteLine("|---|---|---|---|---|");
        (WorkloadCost bare, WorkloadCost tracked, double ratio, double cpuRatio) = InterleavedRounds.Measure(192_000, static n => RunUnawaited(n, isTracked: false), static n => RunUnawaited(n, isTracked: true));
        Console.WriteLine($"| bare | {bare.Nanoseconds:F0} | 1.00 | 1.00 | {bare.Bytes:F0} |");
        Console.WriteLine($"| tracked by InFlightTasks | {tracked.Nanoseconds:F0} | {ratio:F2} | {cpuRatio:F2} | {tracked.Bytes:F0} |");
    }

    // Nobody awaits the tasks, as where they are tracked; each reports its own end.
    private static void RunUnawaited(int operations, bool isTracked)
    {
        const int Window = 64;
        for (int i = 0; i < operations; i += Window)
        {
            Ended.Reset(Window);
            for (int j = 0; j < Window; j++)
            {
                Task task = YieldOnceAsync();
                if (isTracked)
                {
                    Tracked.TryTrack(task);
                }
            }

            Ended.Wait();
        }
    }

    private static async Task YieldOnceAsync()
    {
        await Task.Yield();
        Ended.Signal();
    }

    private static async ValueTask WorkAsync(int item, CancellationToken cancellationToken) =>
        await Task.Delay(item % 20 == 0 ? 50 : 5, cancellationToken);

    private static async Task SelectAsync(bool keepsOrder)
    {
        BatchOptions<int> options = new() { MaxConcurrency = Concurrency, KeepsOrder = keepsOrder, MaxItemsInFlight = 256 };
        await foreach (int _ in Batch.SelectAsync(Enumerable.Range(0, Items), options, static async (item, token) =>
        {
            await WorkAsync(item, token);
            return item;
        }))
        {
        }
    }

    private static async Task ChunksAsync()
    {
        foreach (int[] chunk in Enumerable.Range(0, Items).Chunk(Concurrency))
        {
            await Task.WhenAll(chunk.Select(static item => WorkAsync(item, CancellationToken.None).AsTask()));
        }
    }
}
