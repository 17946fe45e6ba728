using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Testing;

/// <summary>Heap snapshots of a process that is under test: as often as they are wanted, in a directory that is gone afterwards.</summary>
internal sealed class HeapCaptures : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "memguard-testing-" + Guid.NewGuid().ToString("N"));
    private readonly HeapSnapshotCollector _snapshots;

    public HeapCaptures()
    {
        HeapSnapshotOptions options = new()
        {
            CaptureOnAlert = false,
            CaptureOnSignal = false,
            KeepFiles = false,
            Directory = _directory,
            MinimumInterval = TimeSpan.Zero,
            MaxPerDay = 1_000,
            MaxPause = TimeSpan.FromSeconds(30),
            AlsoNamed = paths => AlsoNamed?.Invoke(paths) ?? [],
        };
        _snapshots = HeapSnapshotCollector.Create(options, NullLogger.Instance, new SingletonNames(new ServiceCollection()), listens: false);
    }

    /// <summary>Paths of the next snapshot whose place is named with class and field, however small it is beside the rest of the heap.</summary>
    public Func<IReadOnlyList<PathNode>, IEnumerable<int>>? AlsoNamed { get; set; }

    /// <summary>What is alive after full collections; or why that cannot be said.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="baseline">An earlier one: places that have grown since are named, small ones too.</param>
    public async Task<(HeapSnapshot? Snapshot, string? NoneBecause)> TakeAsync(CancellationToken cancellationToken, HeapSnapshot? baseline = null)
    {
        await LiveHeap.MeasureAsync().ConfigureAwait(false);
        HeapSnapshotResult result = await (baseline is null ? _snapshots.CaptureAsync("test", cancellationToken) : _snapshots.CaptureAsync("test", baseline, cancellationToken)).ConfigureAwait(false);
        return result.Snapshot is { IsComplete: true } snapshot
            ? (snapshot, null)
            : (null, result.RefusedBecause ?? result.Snapshot?.IncompleteBecause ?? "no snapshot");
    }

    public void Dispose()
    {
        _snapshots.Dispose();
        Containment.Run(_directory, static directory => Directory.Delete(directory, recursive: true));
    }
}
