using MemGuard.HeapSnapshots;

namespace SnapshotChild;

/// <summary>Waits for a line, asks for one snapshot and says what came of it.</summary>
internal static class CaptureRun
{
    public static async Task<int> RunAsync()
    {
        await using TestHost host = await TestHost.StartAsync();
        Console.WriteLine("ready");
        Console.ReadLine();
        HeapSnapshotResult result = await host.Service.CaptureAsync("one");
        using HeapSnapshot? snapshot = result.Snapshot;
        Console.WriteLine(snapshot is null ? "refused: " + result.RefusedBecause : "taken");
        return 0;
    }
}
