using System.Reflection;
using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Reporting;
using MemGuard.Recording;
using Microsoft.Extensions.Logging;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>Asks the governor, captures and analyses on a thread of its own, writes the files, logs.</summary>
internal sealed class HeapSnapshotService : IHeapSnapshotService
{
    /// <summary>Lines about snapshots that were taken, at once: as many as a day may have by default for one cause. Whoever raises MaxPerDay may ask for thousands.</summary>
    private const int TakenBurst = 12;

    private readonly IHeapCapture _capture;
    private readonly SnapshotGovernor _governor;
    private readonly SnapshotStore _store;
    private readonly HeapSnapshotOptions _options;
    private readonly SingletonNames _singletons;
    private readonly TimeProvider _timeProvider;

    // What repeats is said a few times and counted.
    private readonly BudgetedLogger _budgeted;
    private readonly BudgetedLogger _taken;
    private int _unavailableLogged;

    public HeapSnapshotService(IHeapCapture capture, HeapSnapshotOptions options, SingletonNames singletons, Func<long?> getFreeMemory, TimeProvider timeProvider, ILogger logger)
    {
        _capture = capture;
        _options = options;
        _singletons = singletons;
        _timeProvider = timeProvider;
        _budgeted = new BudgetedLogger(logger, new LogBudget(timeProvider));
        _taken = new BudgetedLogger(logger, new LogBudget(timeProvider, TakenBurst));
        _store = new SnapshotStore(
            options.Directory ?? BlackBoxPlace.DefaultDirectory(),
            new StoreLimits(options.MaxKept, options.MaxKeptBytes, options.MaxAge));
        GovernorLimits limits = new()
        {
            MaxPause = options.MaxPause,
            MinimumInterval = options.MinimumInterval,
            MaxPerDay = options.MaxPerDay,
            KeepsStream = options.KeepFiles && options.KeepStream,
        };
        _governor = new SnapshotGovernor(capture, _store, limits, getFreeMemory, timeProvider);
    }

    /// <summary>The kept snapshots, the newest first; empty where none can be read.</summary>
    public IReadOnlyList<KeptSnapshot> ListKept() => _store.ListKept(_governor.SteadyNow);

    /// <summary>Opens a kept snapshot.</summary>
    /// <param name="kept">One of <see cref="ListKept"/>: a name of somebody else's is never a path here.</param>
    /// <returns>Null when it is gone or damaged.</returns>
    public HeapSnapshot? OpenKept(KeptSnapshot kept)
    {
        try
        {
            return HeapSnapshot.Open(Path.Combine(_store.Root, kept.Name, SnapshotFiles.SnapshotName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Opens a kept snapshot's file to be copied.</summary>
    /// <param name="kept">One of <see cref="ListKept"/>.</param>
    /// <returns>Null when it is gone.</returns>
    public Stream? OpenKeptFile(KeptSnapshot kept)
    {
        try
        {
            return new FileStream(Path.Combine(_store.Root, kept.Name, SnapshotFiles.SnapshotName), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes what an earlier process left behind. Never throws.</summary>
    public void Clean() => Containment.Run(_governor, static governor => governor.Clean());

    public Task<HeapSnapshotResult> CaptureAsync(string reason, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return CaptureAsync(SnapshotCause.Code, reason, null, cancellationToken);
    }

    public Task<HeapSnapshotResult> CaptureAsync(string reason, HeapSnapshot baseline, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentNullException.ThrowIfNull(baseline);
        return CaptureAsync(SnapshotCause.Code, reason, baseline, cancellationToken);
    }

    /// <param name="cause">Whose budget it uses.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="baseline">An earlier snapshot to compare with; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="permitted">Called, on any thread, when the governor has agreed: from here on it takes its time. Must not throw.</param>
    public async Task<HeapSnapshotResult> CaptureAsync(SnapshotCause cause, string reason, HeapSnapshot? baseline, CancellationToken cancellationToken, Action? permitted = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string visible = VisibleText.OfName(reason);
        if (_governor.IsBusy)
        {
            // Known without a thread: a script that asks again and again must not cost one each time.
            LogRefusal(cause, visible, SnapshotGovernor.Busy);
            return new HeapSnapshotResult { RefusedBecause = SnapshotGovernor.Busy };
        }

        Task<HeapSnapshotResult> finished = SnapshotThread.Run(() => Run(cause, visible, baseline, cancellationToken, permitted));
        try
        {
            return await finished.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = finished.ContinueWith(static task => task.Result.Snapshot?.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Takes a snapshot on the calling thread, or says why not. Only a result leaves it, never an exception.</summary>
    public HeapSnapshotResult Run(SnapshotCause cause, string reason, HeapSnapshot? baseline, CancellationToken cancellationToken, Action? permitted = null)
    {
        try
        {
            (SnapshotPermit? permit, string? refusal) = _governor.Ask(cause);
            if (permit is null)
            {
                string visible = VisibleText.Of(refusal!);
                LogRefusal(cause, reason, visible);
                return new HeapSnapshotResult { RefusedBecause = visible };
            }

            using (permit)
            {
                permitted?.Invoke();
                return Take(permit, cause, reason, baseline, cancellationToken);
            }
        }
        catch (CaptureEndedException ended)
        {
            if (ended.InnerException is not null)
            {
                SnapshotFailures.Count();
            }

            Containment.Run(() => Log.Refused(_budgeted, cause.ToString(), reason, ended.Message));
            return new HeapSnapshotResult { RefusedBecause = ended.Message };
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException)
            {
                SnapshotFailures.Count();
            }

            Containment.Run(() => Log.Failed(_budgeted, exception, cause.ToString(), reason));
            return new HeapSnapshotResult { RefusedBecause = VisibleText.Of($"it failed: {exception.Message}") };
        }
    }

    private HeapSnapshotResult Take(SnapshotPermit permit, SnapshotCause cause, string reason, HeapSnapshot? baseline, CancellationToken cancellationToken)
    {
        DateTimeOffset time = _timeProvider.GetUtcNow();
        string? directory = _options.KeepFiles ? TryCreateDirectory(time) : null;
        string? written = null;
        try
        {
            SnapshotData data = CaptureAndAnalyse(permit, directory, baseline, cancellationToken) with
            {
                TakenAt = time,
                Reason = reason,
                Application = VisibleText.OfName(Assembly.GetEntryAssembly()?.GetName().Name ?? "unknown"),
            };
            OwnCosts.OfProcess.AddOperation(CostOperation.HeapSnapshot, data.Pause);
            HeapSnapshot snapshot = new(data);
            written = directory is null ? null : TryWrite(directory, snapshot, Compare(snapshot, baseline));
            LogTaken(cause, data, written);
            return new HeapSnapshotResult { Snapshot = snapshot, Directory = written };
        }
        finally
        {
            if (directory is not null && written is null)
            {
                Containment.Run((_store, directory), static half => half._store.Discard(half.directory));
            }
        }
    }

    private static HeapSnapshotDiff? Compare(HeapSnapshot snapshot, HeapSnapshot? baseline) =>
        baseline is not { IsComplete: true } || !snapshot.Data.IsCapturedAs(baseline.Data) ? null
        : snapshot.IsComplete ? snapshot.DiffFrom(baseline)
        : HeapSnapshotDiff.ByType(baseline.Data, snapshot.Data);

    private SnapshotData CaptureAndAnalyse(SnapshotPermit permit, string? directory, HeapSnapshot? baseline, CancellationToken cancellationToken)
    {
        // Held from before the walk until names are read: no type that it saw can unload in between.
        using HeldAssemblies held = new();
        CapturedHeap heap = Capture(permit.MaxBufferBytes, directory, cancellationToken);
        try
        {
            if (heap.IncompleteBecause is not null && permit.RetryBufferBytes > 0)
            {
                heap.Dispose();
                heap = Capture(permit.RetryBufferBytes, directory, cancellationToken);
            }

            return SnapshotBuilder.Build(heap, held.All, _singletons.Read(), baseline is { IsComplete: true } && (baseline.Data.CapturedBy == CapturedHeap.ByFork) == (heap.CapturedBy == CapturedHeap.ByFork) ? baseline.Data : null, _options.AlsoNamed);
        }
        finally
        {
            heap.Dispose();
        }
    }

    private CapturedHeap Capture(long bufferBytes, string? directory, CancellationToken cancellationToken)
    {
        if (directory is null || !_options.KeepStream)
        {
            return _capture.Capture(bufferBytes, null, cancellationToken);
        }

        string path = Path.Combine(directory, "heap.nettrace");
        File.Delete(path);
        using FileStream copy = PrivateFile.Create(path);
        return _capture.Capture(bufferBytes, copy, cancellationToken);
    }

    private string? TryCreateDirectory(DateTimeOffset time)
    {
        try
        {
            return _store.CreateDirectoryFor(time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            SnapshotFailures.Count();
            Containment.Run(() => Log.NotWritten(_budgeted, exception, _store.Root));
            return null;
        }
    }

    private string? TryWrite(string directory, HeapSnapshot snapshot, HeapSnapshotDiff? diff)
    {
        try
        {
            SnapshotFiles.Write(directory, snapshot, diff);
            return _store.Publish(directory, _governor.SteadyNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            SnapshotFailures.Count();
            Containment.Run(() => Log.NotWritten(_budgeted, exception, directory));
            return null;
        }
    }

    private void LogTaken(SnapshotCause cause, SnapshotData data, string? directory) => Containment.Run(() =>
    {
        if (data.IncompleteBecause is { } missing)
        {
            Log.Incomplete(_taken, cause.ToString(), data.Reason, missing);
            return;
        }

        string largest = data.Places is [{ } place, ..] ? $"{place.Name}, {ByteText.Of(place.RetainedBytes)} retained" : "nothing stands out";
        Log.Taken(_taken, cause.ToString(), data.Reason, data.ObjectCount, data.TotalBytes >> 20, (long)data.Pause.TotalMilliseconds, largest, directory ?? "not written");
    });

    private void LogRefusal(SnapshotCause cause, string reason, string refusal) => Containment.Run(() =>
    {
        if (_capture.IsAvailable(out string? unavailable))
        {
            Log.Refused(_budgeted, cause.ToString(), reason, refusal);
        }
        else if (Interlocked.Exchange(ref _unavailableLogged, 1) == 0)
        {
            // It will stay so for the life of the process: said once.
            Log.Unavailable(_budgeted, unavailable!);
        }
    });
}
