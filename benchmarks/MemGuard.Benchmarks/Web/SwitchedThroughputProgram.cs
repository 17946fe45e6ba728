using System.Globalization;

namespace MemGuard.Benchmarks.Web;

/// <summary>
/// What MemGuard takes from a saturated web application that has it mapped, by its own switch: one process, in which it is turned on and off (option Enabled)
/// every few seconds. The code, the addresses and the connections are the same either way, which those of two processes are not.
/// </summary>
internal static class SwitchedThroughputProgram
{
    private static readonly TimeSpan WarmUp = Effort.Of(TimeSpan.FromSeconds(20), least: TimeSpan.FromSeconds(0.5));

    // What turning on itself costs is not what being on costs.
    private static readonly TimeSpan Settling = Effort.Of(TimeSpan.FromSeconds(2), least: TimeSpan.FromSeconds(0.2));
    private static readonly TimeSpan Turn = Effort.Of(TimeSpan.FromSeconds(2), least: TimeSpan.FromSeconds(0.2));

    /// <summary>Arguments: [rounds, 60 by default]; or: serve KIND.</summary>
    public static int Run(string[] args)
    {
        if (args is ["serve", string kind])
        {
            return WebChild.Serve(kind);
        }

        return RunAsync(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(int rounds)
    {
        using HttpClient client = new();
        using WebChild child = WebChild.Start("throughput-switched", WebChild.Switched);
        await WebLoad.DriveAsync(client, child, WarmUp);
        List<(double Rate, double Cost)> ratios = [];
        for (int round = 0; round < rounds; round++)
        {
            // On, off, off, on: a machine that becomes slower or faster meanwhile does so for both.
            bool isOnFirst = round % 2 == 0;
            (double Rate, double Cost) first = await MeasureAsync(client, child, isOnFirst);
            (double Rate, double Cost) second = await MeasureAsync(client, child, !isOnFirst);
            ((double Rate, double Cost) on, (double Rate, double Cost) off) = isOnFirst ? (first, second) : (second, first);
            ratios.Add((on.Rate / off.Rate, on.Cost / off.Cost));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round + 1}: requests/s {on.Rate:0} on, {off.Rate:0} off; processor µs a request {on.Cost:0.00} on, {off.Cost:0.00} off"));
        }

        Console.WriteLine();
        Console.WriteLine("On, as a ratio to off: " + Describe("requests", [.. ratios.Select(static ratio => ratio.Rate)]) + " (accepted: 0.99); " + Describe("processor time a request", [.. ratios.Select(static ratio => ratio.Cost)]));
        return Median.Of(ratios.Select(static ratio => ratio.Rate)) >= 0.99 ? 0 : 1;
    }

    private static async Task<(double Rate, double Cost)> MeasureAsync(HttpClient client, WebChild child, bool isOn)
    {
        await child.SwitchAsync(client, isOn);
        await WebLoad.DriveAsync(client, child, Settling);
        return await WebLoad.DriveAsync(client, child, Turn);
    }

    // The interval by the signs of the differences to the median: no shape of their distribution is assumed.
    private static string Describe(string what, double[] ratios)
    {
        double[] sorted = [.. ratios.Order()];
        int outside = Math.Max((int)((sorted.Length / 2.0) - (0.98 * Math.Sqrt(sorted.Length))), 0);
        return string.Create(CultureInfo.InvariantCulture, $"{what} {Median.Of(sorted):0.0000} (95 % interval {sorted[outside]:0.0000} to {sorted[^(outside + 1)]:0.0000})");
    }
}
