using System.Diagnostics;

namespace StreamingUpload;

/// <summary>Watches the live heap while something runs.</summary>
public static class FlatMemory
{
    private const double AllowedGrowthMegabytes = 16;

    public static async Task<bool> CheckAsync(string what, Func<Task<(long Bytes, string End)>> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = before;
        using CancellationTokenSource done = new();
        Task watch = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
                await Task.Delay(100);
            }
        });
        long start = Stopwatch.GetTimestamp();
        (long bytes, string end) = await run();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        await done.CancelAsync();
        await watch;
        double growth = (most - before) / 1048576.0;
        Console.WriteLine($"| {what} | {bytes:N0} | {elapsed.TotalSeconds:F1} | {growth:F1} | {end} |");
        return growth <= AllowedGrowthMegabytes && end != "incomplete";
    }
}
