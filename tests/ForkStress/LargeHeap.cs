using System.Diagnostics;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ForkStress;

/// <summary>A gigabyte in 100,000 arrays, captured at the default options: many bytes, few objects.</summary>
internal static class LargeHeap
{
    private const int Arrays = 100_000;
    private const int ArrayBytes = 10_700;

    private static readonly List<byte[]> Pages = [];

    public static int Run()
    {
        for (int i = 0; i < Arrays; i++)
        {
            Pages.Add(new byte[ArrayBytes]);
        }

        HeapSnapshotOptions options = new() { KeepFiles = false, Directory = Directory.CreateTempSubdirectory("memguard-large-").FullName };
        using ChosenCapture capture = new(new ForkCapture(new ForkCaptureSettings()), new EventPipeCapture(), options.MaxPause, Console.WriteLine);
        HeapSnapshotService service = new(capture, options, new SingletonNames(new ServiceCollection()), new LiveMemory().ReadFreeBytes, TimeProvider.System, NullLogger.Instance);
        long start = Stopwatch.GetTimestamp();
        HeapSnapshotResult result = service.Run(MemGuard.HeapSnapshots.Governor.SnapshotCause.Code, "large heap", null, CancellationToken.None);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Directory.Delete(options.Directory, recursive: true);
        HeapSnapshot? snapshot = result.Snapshot;
        Console.WriteLine($"{Pages.Count} arrays, {Environment.WorkingSet >> 20} MB resident: {result.RefusedBecause ?? $"{(snapshot!.IsComplete ? "complete" : snapshot.IncompleteBecause)}, pause {snapshot.Pause.TotalMilliseconds:F0} ms, named after {elapsed.TotalSeconds:F1} s: {snapshot.Dominators[0].Name}"}");
        return snapshot is { IsComplete: true } ? 0 : 1;
    }
}
