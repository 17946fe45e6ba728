using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ForkStress;

/// <summary>A leak that fills a memory group to a share of its limit while other threads allocate: captured at the default options, named or refused, but never killed.</summary>
internal static class NearLimit
{
    private const int EntryBytes = 200;

    private static readonly Dictionary<int, byte[]> Leak = [];

    public static int Run(long limitBytes, int percent, string mode, bool isForked)
    {
        LiveMemory memory = new();
        HeapSnapshotOptions options = new() { KeepFiles = false, Directory = Directory.CreateTempSubdirectory("memguard-limit-").FullName };
        using ChosenCapture forked = new(new ForkCapture(new ForkCaptureSettings()), new EventPipeCapture(), options.MaxPause, static _ => { });
        IHeapCapture capture = isForked ? forked : new EventPipeCapture();
        HeapSnapshotService service = new(capture, options, new SingletonNames(new ServiceCollection()), memory.ReadFreeBytes, TimeProvider.System, NullLogger.Instance);
        using Load load = new(mode);
        while (memory.ReadFreeBytes() > limitBytes * (100 - percent) / 100)
        {
            for (int i = 0; i < 1000; i++)
            {
                Leak.Add(Leak.Count, new byte[EntryBytes]);
            }
        }

        HeapSnapshotResult result = service.Run(SnapshotCause.Code, "near the limit", null, CancellationToken.None);
        string name = result.Snapshot is { IsComplete: true, Dominators: [{ } first, ..] } ? $"{first.Name}, by {result.Snapshot.Data.CapturedBy}" : result.RefusedBecause ?? result.Snapshot?.IncompleteBecause ?? "nothing";
        Console.WriteLine($"{Leak.Count} entries at {percent} %: {name}");
        Directory.Delete(options.Directory, recursive: true);
        return name.Contains(nameof(Leak), StringComparison.Ordinal) ? 0 : 1;
    }
}
