using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Service;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Service;

public sealed class HeapSnapshotServiceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCapture _capture = new();
    private readonly FakeLogger _logger = new();
    private readonly HeapSnapshotOptions _options;

    public HeapSnapshotServiceTests() => _options = new HeapSnapshotOptions { Directory = _directory.Path };

    private IEnumerable<int> LoggedIds => _logger.Collector.GetSnapshot().Select(static line => line.Id.Id);

    [Fact]
    public async Task CaptureAsync_Allowed_WritesSnapshotAndReports()
    {
        HeapSnapshotResult result = await Create().CaptureAsync("a test");

        Assert.Null(result.RefusedBecause);
        Assert.Equal("a test", result.Snapshot!.Reason);
        Assert.Equal(3, result.Snapshot.ObjectCount);
        Assert.Equal(["heap.memguard", "report.html", "report.json", "report.md", "report.txt"], Directory.EnumerateFiles(result.Directory!).Select(Path.GetFileName).Order());
        using HeapSnapshot opened = HeapSnapshot.Open(Path.Combine(result.Directory!, "heap.memguard"));
        Assert.Equal(3, opened.ObjectCount);
        Assert.Equal([5001], LoggedIds);
    }

    [Fact]
    public async Task CaptureAsync_WithABaseline_ReportsWhatHasGrown()
    {
        HeapSnapshotService service = Create();
        using HeapSnapshot baseline = new(ExampleSnapshot.Of(1));

        HeapSnapshotResult result = await service.CaptureAsync("a test", baseline);

        Assert.Contains("What has grown", await File.ReadAllTextAsync(Path.Combine(result.Directory!, "report.txt")), StringComparison.Ordinal);
        Assert.NotEmpty(baseline.Dominators);
    }

    [Fact]
    public async Task CaptureAsync_Refused_SaysWhyAndThrowsNothing()
    {
        _capture.Cost = _capture.Cost with { Pause = TimeSpan.FromHours(1) };

        HeapSnapshotResult result = await Create().CaptureAsync("a test");

        Assert.Null(result.Snapshot);
        Assert.Contains("MaxPause", result.RefusedBecause, StringComparison.Ordinal);
        Assert.Equal([5003], LoggedIds);
    }

    [Fact]
    public async Task CaptureAsync_NoEndpoint_IsLoggedOnce()
    {
        _capture.UnavailableBecause = "no endpoint";
        HeapSnapshotService service = Create();

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("no endpoint", (await service.CaptureAsync("a test")).RefusedBecause);
        }

        Assert.Equal([5000], LoggedIds);
    }

    [Fact]
    public async Task CaptureAsync_CaptureThrows_IsAResult()
    {
        _capture.Fails = new IOException("broken pipe");

        HeapSnapshotResult result = await Create().CaptureAsync("a test");

        Assert.Equal("it failed: broken pipe", result.RefusedBecause);
        Assert.Equal([5004], LoggedIds);
    }

    // Refused or failed, in a loop or not: nothing stays of what came to nothing.
    [Fact]
    public async Task CaptureAsync_CaptureThrows_LeavesNoDirectory()
    {
        _capture.Fails = new IOException("broken pipe");
        _options.MinimumInterval = TimeSpan.Zero;
        HeapSnapshotService service = Create();

        for (int i = 0; i < 5; i++)
        {
            await service.CaptureAsync("a test");
        }

        Assert.Equal(5, _capture.Buffers.Count);
        Assert.Empty(Directory.GetDirectories(_directory.Combine("memguard-snapshots")));
    }

    [Fact]
    public async Task CaptureAsync_ReasonWithControls_IsWrittenOut()
    {
        HeapSnapshotResult result = await Create().CaptureAsync("why\n\u001b[31mfail: not MemGuard");

        Assert.Equal("why\\n\\u001B[31mfail: not MemGuard", result.Snapshot!.Reason);
        Assert.DoesNotContain('\n', _logger.LatestRecord.Message);
    }

    [Fact]
    public async Task CaptureAsync_ObstacleOfTheMoment_IsRefusedWithIt()
    {
        _capture.ObstructedBy = "not now";

        Assert.Equal("not now", (await Create().CaptureAsync("a test")).RefusedBecause);
        Assert.Equal([5003], LoggedIds);
    }

    [Fact]
    public async Task CaptureAsync_LoggerThrows_IsStillAResult()
    {
        HeapSnapshotResult result = await Create(new ThrowingLogger()).CaptureAsync("a test");

        Assert.NotNull(result.Snapshot);
    }

    [Fact]
    public async Task CaptureAsync_IncompleteTwice_CountsTypesOnly()
    {
        _capture.IncompleteBecause = "half of it is missing";

        HeapSnapshotResult result = await Create().CaptureAsync("a test");

        Assert.Equal(2, _capture.Buffers.Count);
        Assert.True(_capture.Buffers[1] > _capture.Buffers[0]);
        Assert.False(result.Snapshot!.IsComplete);
        Assert.Empty(result.Snapshot.Dominators);
        Assert.Equal(3, result.Snapshot.Types.Single().Count);
        Assert.Equal([5002], LoggedIds);
    }

    [Fact]
    public async Task CaptureAsync_IncompleteWithABaseline_ReportsTheTypesThatGrew()
    {
        using HeapSnapshot baseline = (await Create().CaptureAsync("a test")).Snapshot!;
        _time.Advance(TimeSpan.FromMinutes(1));
        _capture.Draw = static () => new HeapPicture().Stack(HeapObject.Of<FakeCapture[]>(HeapObject.Many(100, static () => HeapObject.Of<FakeCapture>()))).Capture();
        _capture.IncompleteBecause = "half of it is missing";

        HeapSnapshotResult result = await Create().CaptureAsync("a test", baseline);

        string report = await File.ReadAllTextAsync(Path.Combine(result.Directory!, "report.md"));
        Assert.Contains("| +2.3 KB", report, StringComparison.Ordinal);
        Assert.Contains("| +97 | `FakeCapture` |", report, StringComparison.Ordinal);
        Assert.Contains("- what: only types were counted", report, StringComparison.Ordinal);
        Assert.Contains("have grown by at least so much", report, StringComparison.Ordinal);
        Assert.DoesNotContain("What has grown", report, StringComparison.Ordinal);
        Assert.DoesNotContain("growthBytes", await File.ReadAllTextAsync(Path.Combine(result.Directory!, "report.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptureAsync_DirectoryGoneDuringCapture_KeepsTheSnapshot()
    {
        _capture.During = () => Directory.Delete(_directory.Combine("memguard-snapshots"), recursive: true);

        HeapSnapshotResult result = await Create().CaptureAsync("a test");

        Assert.NotNull(result.Snapshot);
        Assert.Null(result.Directory);
        Assert.Equal([5005, 5001], LoggedIds);
    }

    [Fact]
    public async Task CaptureAsync_Cancelled_EndsTheWait()
    {
        _options.KeepFiles = false;
        using CancellationTokenSource stop = new();
        using ManualResetEventSlim go = new();
        _capture.During = () =>
        {
            stop.Cancel();
            go.Wait(TimeSpan.FromSeconds(30));
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Create().CaptureAsync("a test", stop.Token));
        go.Set();
    }

    [Fact]
    public async Task CaptureAsync_KeepStream_WritesIt()
    {
        _options.KeepStream = true;

        HeapSnapshotResult result = await Create().CaptureAsync("a test");

        Assert.Equal("stream", await File.ReadAllTextAsync(Path.Combine(result.Directory!, "heap.nettrace")));
    }

    [Fact]
    public async Task CollectAsync_CaptureOnAlertOff_AsksForNothing()
    {
        _options.CaptureOnAlert = false;
        using HeapSnapshotEvidence evidence = new(Create(), _options);

        EvidenceResult result = await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.ManagedLeak), CancellationToken.None);

        Assert.Empty(result.Suspects);
        Assert.Contains("CaptureOnAlert", result.NoneBecause, StringComparison.Ordinal);
        Assert.Empty(_capture.Buffers);
    }

    [Fact]
    public async Task CollectAsync_ProblemOfFreeSpace_AsksForNothing()
    {
        using HeapSnapshotEvidence evidence = new(Create(), _options);

        Assert.Same(EvidenceResult.Empty, await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.HeapFragmentation), CancellationToken.None));
        Assert.Empty(_capture.Buffers);
    }

    // Native memory has managed owners: the same two snapshots tell what has grown in number.
    [Fact]
    public async Task CollectAsync_UnmanagedGrowth_ComparesTwoSnapshots()
    {
        _options.MinimumInterval = TimeSpan.Zero;
        using HeapSnapshotEvidence evidence = new(Create(), _options);
        await evidence.CollectAsync(Request(EvidencePurpose.Baseline, MemoryProblem.UnmanagedGrowth), CancellationToken.None);

        EvidenceResult result = await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.UnmanagedGrowth), CancellationToken.None);

        Assert.Empty(result.Suspects);
        Assert.StartsWith("nothing that holds native memory has grown", result.NoneBecause, StringComparison.Ordinal);
        Assert.Equal(2, _capture.Buffers.Count);
    }

    [Fact]
    public async Task CollectAsync_UnmanagedGrowthWithoutAFirstSnapshot_SaysSo()
    {
        using HeapSnapshotEvidence evidence = new(Create(), _options);

        EvidenceResult result = await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.UnmanagedGrowth), CancellationToken.None);

        Assert.Equal("there is no earlier heap snapshot to compare with", result.NoneBecause);
    }

    [Fact]
    public async Task CollectAsync_SecondRefused_NamesWhatTheBaselineShows()
    {
        using HeapSnapshotEvidence evidence = new(Create(), _options);
        IReadOnlyList<LeakSuspect> atFirst = (await evidence.CollectAsync(Request(EvidencePurpose.Baseline, MemoryProblem.ManagedLeak), CancellationToken.None)).Suspects;

        IReadOnlyList<LeakSuspect> suspects = (await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.ManagedLeak), CancellationToken.None)).Suspects;

        Assert.Single(_capture.Buffers);
        Assert.NotEmpty(suspects);
        Assert.Equal(atFirst.Select(static suspect => (suspect.Name, suspect.HolderKind)), suspects.Select(static suspect => (suspect.Name, suspect.HolderKind)));
        Assert.All(suspects, static suspect => Assert.Null(suspect.GrowthShareRatio));
    }

    [Fact]
    public async Task CollectAsync_CaptureRefused_SaysWhy()
    {
        _options.MaxPause = TimeSpan.FromMilliseconds(10);
        using HeapSnapshotEvidence evidence = new(Create(), _options);
        await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.ManagedLeak), CancellationToken.None);

        EvidenceResult again = await evidence.CollectAsync(Request(EvidencePurpose.Suspect, MemoryProblem.ManagedLeak), CancellationToken.None);

        Assert.Empty(again.Suspects);
        Assert.StartsWith("no heap snapshot: ", again.NoneBecause, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static EvidenceRequest Request(EvidencePurpose purpose, MemoryProblem problem) =>
        new() { Diagnosis = new MemoryDiagnosis { Problem = problem, Reason = "reason", NextStep = "next" }, Purpose = purpose };

    private HeapSnapshotService Create(ILogger? logger = null) => new(_capture, _options, new SingletonNames(new ServiceCollection()), () => null, _time, logger ?? _logger);
}
