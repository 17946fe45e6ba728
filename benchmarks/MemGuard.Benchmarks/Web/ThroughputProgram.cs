using System.Diagnostics;
using System.Globalization;

namespace MemGuard.Benchmarks.Web;

/// <summary>
/// What MemGuard takes from a saturated web application: requests, and processor time of the server for each, of one without it, one with it and one with the
/// page mapped and nobody looking. The three take turns.
/// </summary>
internal static class ThroughputProgram
{
    private const int Connections = 16;
    private static readonly string[] Kinds = [WebChild.Bare, WebChild.Watched, WebChild.Mapped];
    private static readonly TimeSpan WarmUp = Effort.Of(TimeSpan.FromSeconds(15), least: TimeSpan.FromSeconds(0.5));
    private static readonly TimeSpan Turn = Effort.Of(TimeSpan.FromSeconds(5), least: TimeSpan.FromSeconds(0.2));

    /// <summary>Arguments: [rounds, 10 by default]; or: serve KIND.</summary>
    public static int Run(string[] args)
    {
        if (args is ["serve", string kind])
        {
            return WebChild.Serve(kind);
        }

        return RunAsync(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(int rounds)
    {
        WebChild[] children = [.. Kinds.Select(static kind => WebChild.Start("throughput", kind))];
        using HttpClient client = new();
        try
        {
            foreach (WebChild child in children)
            {
                await DriveAsync(client, child, WarmUp);
            }

            Console.WriteLine("| round | bare: requests/s | with MemGuard | with the page | bare: processor µs a request | with MemGuard | with the page |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
            List<(double Rate, double Cost)[]> all = [];
            for (int round = 1; round <= rounds; round++)
            {
                (double Rate, double Cost)[] measured = new (double, double)[children.Length];

                // Whoever comes first has another neighbour in each round.
                for (int turn = 0; turn < children.Length; turn++)
                {
                    int which = (turn + round) % children.Length;
                    measured[which] = await DriveAsync(client, children[which], Turn);
                }

                all.Add(measured);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {round} | {measured[0].Rate:0} | {measured[1].Rate:0} | {measured[2].Rate:0} | {measured[0].Cost:0.0} | {measured[1].Cost:0.0} | {measured[2].Cost:0.0} |"));
            }

            double Rate(int which) => Median.Of(all.Select(round => round[which].Rate / round[0].Rate));
            double Cost(int which) => Median.Of(all.Select(round => round[which].Cost / round[0].Cost));
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Median of the ratios to bare, requests: {Rate(1):0.000} with MemGuard, {Rate(2):0.000} with the page (accepted: 0.99); processor time a request: {Cost(1):0.000}, {Cost(2):0.000} (accepted: 1.01)."));
            return Math.Min(Rate(1), Rate(2)) >= 0.99 ? 0 : 1;
        }
        finally
        {
            Array.ForEach(children, static child => child.Dispose());
        }
    }

    private static async Task<(double Rate, double Cost)> DriveAsync(HttpClient client, WebChild child, TimeSpan length)
    {
        WebChild.Figures before = await child.ReadAsync(client);
        long start = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            int count = 0;
            for (; Stopwatch.GetElapsedTime(start) < length; count++)
            {
                await client.GetByteArrayAsync(new Uri(child.Address, $"orders/{connection}"));
            }

            return count;
        }));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        WebChild.Figures after = await child.ReadAsync(client);
        return (counts.Sum() / seconds, (after.CpuSeconds - before.CpuSeconds) * 1e6 / counts.Sum());
    }
}
