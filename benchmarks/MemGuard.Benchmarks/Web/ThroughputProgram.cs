using System.Globalization;

namespace MemGuard.Benchmarks.Web;

/// <summary>
/// What MemGuard takes from a saturated web application: requests, and processor time of the server for each, of one without it, one with it, one with the
/// page mapped and nobody looking, and one whose requests are not counted. They take turns, short ones: what else the machine does hits them alike.
/// Every few rounds all of them are started anew: two processes of one kind differ by some percent for as long as they live.
/// </summary>
internal static class ThroughputProgram
{
    private const int RoundsOfOneLife = 10;
    private static readonly string[] Kinds = [WebChild.Bare, WebChild.Watched, WebChild.Mapped, WebChild.Uncounted];
    private static readonly TimeSpan WarmUp = Effort.Of(TimeSpan.FromSeconds(15), least: TimeSpan.FromSeconds(0.5));
    private static readonly TimeSpan Turn = Effort.Of(TimeSpan.FromSeconds(1), least: TimeSpan.FromSeconds(0.2));

    /// <summary>Arguments: [rounds, 40 by default]; or: serve KIND.</summary>
    public static int Run(string[] args)
    {
        if (args is ["serve", string kind])
        {
            return WebChild.Serve(kind);
        }

        return RunAsync(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 40).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(int rounds)
    {
        Console.WriteLine($"| round | {string.Join(" | ", Kinds.Select(static kind => $"{kind}: requests/s"))} | {string.Join(" | ", Kinds.Select(static kind => $"{kind}: processor µs a request"))} |");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", 2 * Kinds.Length))}");
        List<(double Rate, double Cost)[]> all = [];
        while (all.Count < rounds)
        {
            await LiveAsync(all, Math.Min(rounds, all.Count + RoundsOfOneLife));
        }

        double Rate(int which) => Median.Of(all.Select(round => round[which].Rate / round[0].Rate));
        double Cost(int which) => Median.Of(all.Select(round => round[which].Cost / round[0].Cost));
        Console.WriteLine();
        Console.WriteLine("Median of the ratios to bare:");
        for (int which = 1; which < Kinds.Length; which++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Kinds[which]}: requests {Rate(which):0.000} (accepted: 0.99), processor time a request {Cost(which):0.000}"));
        }

        return Math.Min(Rate(1), Rate(2)) >= 0.99 ? 0 : 1;
    }

    /// <summary>Starts one child of each kind, and measures them in turn until there are so many rounds.</summary>
    private static async Task LiveAsync(List<(double Rate, double Cost)[]> all, int until)
    {
        List<WebChild> children = [];
        using HttpClient client = new();
        try
        {
            children.AddRange(Kinds.Select(static kind => WebChild.Start("throughput", kind)));
            foreach (WebChild child in children)
            {
                await WebLoad.DriveAsync(client, child, WarmUp);
            }

            while (all.Count < until)
            {
                (double Rate, double Cost)[] measured = new (double, double)[children.Count];

                // Whoever comes first has another neighbour in each round.
                for (int turn = 0; turn < children.Count; turn++)
                {
                    int which = (turn + all.Count) % children.Count;
                    measured[which] = await WebLoad.DriveAsync(client, children[which], Turn);
                }

                all.Add(measured);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {all.Count} | {string.Join(" | ", measured.Select(static one => $"{one.Rate:0}"))} | {string.Join(" | ", measured.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Cost:0.0}")))} |"));
            }
        }
        finally
        {
            children.ForEach(static child => child.Dispose());
        }
    }
}
