using System.Globalization;
using MemGuard.HeapSnapshots;

namespace SnapshotChild;

/// <summary>Many snapshots of a heap of 25 MB: what the process is left with.</summary>
internal static class MemoryRun
{
    private static readonly List<object> Heap = [.. Enumerable.Range(0, 350_000).Select(static i => (object)new Entry(new byte[16 + (i % 16)]))];

    public static async Task<int> RunAsync(int rounds)
    {
        GC.KeepAlive(Heap);
        await using TestHost host = await TestHost.StartAsync();
        Print("before", 0);
        for (int i = 1; i <= rounds; i++)
        {
            HeapSnapshotResult result = await host.Service.CaptureAsync("again");
            using HeapSnapshot? snapshot = result.Snapshot;
            if (snapshot is not { IsComplete: true })
            {
                Console.WriteLine("a snapshot was not taken: " + (result.RefusedBecause ?? snapshot?.IncompleteBecause));
                return 1;
            }

            if (i is 1 or 2 or 5 or 10 or 25 || i == rounds)
            {
                Print("after", i);
            }
        }

        GC.KeepAlive(Heap);
        return 0;
    }

    private static void Print(string when, int count)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        string[] status = File.ReadAllLines("/proc/self/status");
        string resident = status.First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        string anonymous = status.First(static line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        int maps = File.ReadAllLines("/proc/self/maps").Length;
        int files = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        int threads = Directory.GetFileSystemEntries("/proc/self/task").Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when} {count}: {Kilobytes(resident)} KB resident, {Kilobytes(anonymous)} KB anonymous, {maps} maps, {files} descriptors, {threads} threads, {GC.GetGCMemoryInfo().TotalCommittedBytes >> 10} KB committed"));
    }

    private static long Kilobytes(string line) => long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);

    private sealed record Entry(byte[] Content);
}
