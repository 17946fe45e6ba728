using System.Diagnostics;

namespace MemGuard.Benchmarks.Web;

/// <summary>Asks a server as fast as it answers, over several connections.</summary>
internal static class WebLoad
{
    private const int Connections = 16;

    /// <returns>Requests a second, and microseconds of the server's processor time for each.</returns>
    public static async Task<(double Rate, double Cost)> DriveAsync(HttpClient client, WebChild child, TimeSpan length)
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
