using System.Diagnostics;
using System.Globalization;
using MemGuard.Testing;

namespace PlantedLeaks;

/// <summary>Each leak as a test of its owner would meet it: one object a call, through <see cref="MemoryAssert.DoesNotGrowAsync"/>.</summary>
internal static class RoundTrips
{
    /// <returns>How many leaks were not named with class and field.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<PlantedLeak> planted, IReadOnlyDictionary<string, Truth> truths, IServiceProvider services)
    {
        int failed = 0;
        TimeSpan longest = TimeSpan.Zero;
        foreach (PlantedLeak leak in planted)
        {
            long start = Stopwatch.GetTimestamp();
            string message = await FindAsync(leak, services);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            longest = elapsed > longest ? elapsed : longest;

            // The line of what grows most.
            string name = message.Split('\n') is [_, string first, ..] ? first.Trim() : message;
            bool isNamed = name.Contains(truths[leak.Name].OwnerByClass ?? truths[leak.Name].Owner, StringComparison.Ordinal);
            failed += isNamed ? 0 : 1;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{leak.Name,-27} {(isNamed ? "named" : "NOT NAMED")}, {elapsed.TotalSeconds:0.0} s: {(isNamed ? name : message)}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{planted.Count} leaks: {planted.Count - failed} named with class and field; the longest took {longest.TotalSeconds:0.0} s (accepted: 10 s)"));
        return failed;
    }

    private static async Task<string> FindAsync(PlantedLeak leak, IServiceProvider services)
    {
        try
        {
            await MemoryAssert.DoesNotGrowAsync(() =>
            {
                leak.LeakOne(services);
                return Task.CompletedTask;
            });
            return "nothing found";
        }
        catch (MemoryAssertionException failure)
        {
            return failure.Message;
        }
    }
}
