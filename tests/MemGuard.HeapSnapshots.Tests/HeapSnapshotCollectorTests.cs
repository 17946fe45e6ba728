using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>Heap snapshots without a host.</summary>
public sealed class HeapSnapshotCollectorTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Fact]
    public void Create_BadOption_NamesIt()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(static () => HeapSnapshotCollector.Create(static options => options.MaxPerDay = 0));

        Assert.Contains("HeapSnapshotOptions.MaxPerDay is 0; it must be from 1 to 1000.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptureAsync_WithoutAHost_TakesASnapshotIntoItsDirectory()
    {
        using HeapSnapshotCollector collector = HeapSnapshotCollector.Create(options => options.Directory = _directory);

        HeapSnapshotResult result = await collector.CaptureAsync("asked by a test");

        using HeapSnapshot snapshot = Assert.IsType<HeapSnapshot>(result.Snapshot);
        Assert.StartsWith(_directory, result.Directory, StringComparison.Ordinal);
        Assert.NotEmpty(snapshot.Dominators);
    }

    [Fact]
    public async Task CollectAsync_NotOnAlert_SaysWhyThereIsNothing()
    {
        using HeapSnapshotCollector collector = HeapSnapshotCollector.Create(options =>
        {
            options.Directory = _directory;
            options.CaptureOnAlert = false;
        });
        MemoryDiagnosis diagnosis = new() { Problem = MemoryProblem.ManagedLeak, Reason = "it grows", NextStep = "look" };

        EvidenceResult result = await collector.CollectAsync(new EvidenceRequest { Diagnosis = diagnosis, Purpose = EvidencePurpose.Suspect }, CancellationToken.None);

        Assert.Contains("CaptureOnAlert", result.NoneBecause, StringComparison.Ordinal);
    }
}
