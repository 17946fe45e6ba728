using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.HeapSnapshots.Service;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>The one snapshot that may be under way on behalf of the page, and what became of the last.</summary>
internal sealed class SnapshotRun(HeapSnapshotService? service, bool isAllowed, TimeProvider time)
{
    public const string NotRegistered = "Names of what holds the memory need heap snapshots: services.AddMemGuard().AddHeapSnapshots() of the package MemGuard.HeapSnapshots.";

    /// <summary>Guards the rest.</summary>
    private readonly Lock _gate = new();
    private bool _isRunning;
    private long _startedAt;
    private string? _refusedBecause;
    private string? _takenId;

    /// <summary>Whether the page may take snapshots at all.</summary>
    public bool IsAllowed => isAllowed && service is not null;

    /// <summary>Whether the page may download kept snapshots.</summary>
    public bool IsDownloadAllowed { get; init; }

    /// <summary>Whether the page may make collections.</summary>
    public bool IsCollectionAllowed { get; init; }

    public bool IsRunning
    {
        get
        {
            lock (_gate)
            {
                return _isRunning;
            }
        }
    }

    /// <summary>Grows with each beginning and end.</summary>
    public int Version { get; private set; }

    /// <summary>Begins a snapshot, which goes on without whoever asked for it.</summary>
    /// <returns>Why it was refused; null when it has begun.</returns>
    public async Task<string?> StartAsync()
    {
        if (service is null)
        {
            return NotRegistered;
        }

        lock (_gate)
        {
            if (_isRunning)
            {
                return SnapshotGovernor.Busy;
            }

            Change(isRunning: true, null, null);
            _startedAt = time.GetTimestamp();
        }

        TaskCompletionSource permitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string?> end = RunAsync(service, () => permitted.TrySetResult());
        return await Task.WhenAny(permitted.Task, end).ConfigureAwait(false) == end ? await end.ConfigureAwait(false) : null;
    }

    public PageCapture Describe()
    {
        lock (_gate)
        {
            return new PageCapture
            {
                IsAvailable = service is not null,
                UnavailableBecause = service is null ? NotRegistered : null,
                IsAllowed = IsAllowed,
                IsDownloadAllowed = IsDownloadAllowed,
                IsCollectionAllowed = IsCollectionAllowed,
                IsRunning = _isRunning,
                RunningSeconds = _isRunning ? time.GetElapsedTime(_startedAt).TotalSeconds : null,
                RefusedBecause = _refusedBecause,
                TakenId = _takenId,
            };
        }
    }

    /// <returns>Why there is none; null when it was taken.</returns>
    private async Task<string?> RunAsync(HeapSnapshotService heap, Action permitted)
    {
        HeapSnapshotResult result;
        try
        {
            result = await heap.CaptureAsync(SnapshotCause.Code, "asked for on the page", null, CancellationToken.None, permitted).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            result = new HeapSnapshotResult { RefusedBecause = "it failed: " + exception.GetType().Name };
        }

        result.Snapshot?.Dispose();
        lock (_gate)
        {
            Change(isRunning: false, result.RefusedBecause is { } refusal ? PageText.Whole(PageText.Sentence(refusal)) : null, result.Directory is { } directory ? Path.GetFileName(directory) : null);
        }

        return result.RefusedBecause;
    }

    private void Change(bool isRunning, string? refusedBecause, string? takenId)
    {
        _isRunning = isRunning;
        _refusedBecause = refusedBecause;
        _takenId = takenId;
        Version++;
    }
}
