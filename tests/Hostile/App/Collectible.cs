using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using MemGuard.HeapSnapshots;

namespace Hostile.App;

/// <summary>Plug-ins that come and go: collectible load contexts, thirty a second, while snapshots are asked for.</summary>
internal static class Collectible
{
    public static async Task<string> ComeAndGoAsync(int captures, IHeapSnapshotService snapshots)
    {
        using CancellationTokenSource end = new();
        Task loading = Task.Run(async () =>
        {
            int loads = 0;
            while (!end.IsCancellationRequested)
            {
                LoadOnce();
                loads++;
                await Task.Delay(33);
            }

            return loads;
        });
        int taken = 0;
        string refusal = "";
        for (int i = 0; i < captures; i++)
        {
            HeapSnapshotResult result = await snapshots.CaptureAsync("plug-ins come and go");
            taken += result.Snapshot is null ? 0 : 1;
            refusal = result.RefusedBecause ?? refusal;
            result.Snapshot?.Dispose();
            await Task.Delay(50);
        }

        await end.CancelAsync();
        await loading;
        return $"{taken} taken {refusal}";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadOnce()
    {
        AssemblyLoadContext context = new("plug-in", isCollectible: true);
        object plugIn = Activator.CreateInstance(context.LoadFromAssemblyPath(typeof(Collectible).Assembly.Location).GetType(typeof(PlugIn).FullName!)!)!;
        GC.KeepAlive(plugIn);
        context.Unload();
    }
}

/// <summary>What a plug-in holds.</summary>
public sealed class PlugIn
{
    private static readonly List<byte[]> Kept = [new byte[1000]];

    /// <summary>How much.</summary>
    public int Count { get; } = Kept.Count;
}
