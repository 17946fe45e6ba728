using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Reporting;
using Microsoft.Extensions.Logging;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>Asks the governor, captures and analyses on a thread of its own, writes the files, logs.</summary>
internal sealed class HeapSnapshotService : IHeapSnapshotService
{
    private readonly IHeapCapture _capture;
    private readonly SnapshotGovernor _governor;
    private readonly SnapshotStore _store;
    private readonly HeapSnapshotOptions _options;
    private readonly SingletonNames _singletons;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private int _unavailableLogged;

    public HeapSnapshotService(IHeapCapture capture, HeapSnapshotOptions options, SingletonNames singletons, Func<long?> getFreeMemory, TimeProvider timeProvider, ILogger logger)
    {
        _capture = capture;
        _options = options;
        _singletons = singletons;
        _timeProvider = timeProvider;
        _logger = logger;
        _store = new SnapshotStore(
            options.Directory ?? DefaultDirectory(),
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

    // One directory an application: its budget must not be used up by a neighbour on the same machine.
    private static string DefaultDirectory()
    {
        string application = string.Concat(AppDomain.CurrentDomain.FriendlyName.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        return Path.Combine(Path.GetTempPath(), $"memguard-{Environment.UserName}-{application}");
    }

    public Task<HeapSnapshotResult> CaptureAsync(string reason, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return CaptureAsync(SnapshotCause.Code, reason, null, cancellationToken);
    }

    /// <param name="cause">Whose budget it uses.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="baseline">An earlier snapshot to compare with; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<HeapSnapshotResult> CaptureAsync(SnapshotCause cause, string reason, HeapSnapshot? baseline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<HeapSnapshotResult> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread worker = new(() => finished.SetResult(Run(cause, reason, baseline, cancellationToken)))
        {
            IsBackground = true,
            Name = "MemGuard snapshot",
        };
        worker.Start();
        try
        {
            return await finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = finished.Task.ContinueWith(static task => task.Result.Snapshot?.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    // Nothing leaves this method but a result: it is the bottom of a thread.
    private HeapSnapshotResult Run(SnapshotCause cause, string reason, HeapSnapshot? baseline, CancellationToken cancellationToken)
    {
        try
        {
            (SnapshotPermit? permit, string? refusal) = _governor.Ask(cause);
            if (permit is null)
            {
                LogRefusal(cause, reason, refusal!);
                return new HeapSnapshotResult { RefusedBecause = refusal };
            }

            using (permit)
            {
                return Take(permit, cause, reason, baseline, cancellationToken);
            }
        }
        catch (Exception exception)
        {
            Containment.Run(() => Log.Failed(_logger, exception, cause.ToString(), reason));
            return new HeapSnapshotResult { RefusedBecause = $"it failed: {exception.Message}" };
        }
    }

    private HeapSnapshotResult Take(SnapshotPermit permit, SnapshotCause cause, string reason, HeapSnapshot? baseline, CancellationToken cancellationToken)
    {
        DateTimeOffset time = _timeProvider.GetUtcNow();
        string? directory = _options.KeepFiles ? TryCreateDirectory(time) : null;
        SnapshotData data = CaptureAndAnalyse(permit, directory, baseline, cancellationToken) with
        {
            TakenAt = time,
            Reason = reason,
            Application = Assembly.GetEntryAssembly()?.GetName().Name ?? "unknown",
        };
        HeapSnapshot snapshot = new(data);
        HeapSnapshotDiff? diff = baseline is { IsComplete: true } && snapshot.IsComplete ? snapshot.DiffFrom(baseline) : null;
        string? written = directory is null ? null : TryWrite(directory, snapshot, diff);
        LogTaken(cause, data, written);
        return new HeapSnapshotResult { Snapshot = snapshot, Directory = written };
    }

    private SnapshotData CaptureAndAnalyse(SnapshotPermit permit, string? directory, HeapSnapshot? baseline, CancellationToken cancellationToken)
    {
        // Held from before the walk until names are read: no type that it saw can unload in between.
        Assembly[] before = AppDomain.CurrentDomain.GetAssemblies();
        CapturedHeap heap = Capture(permit.MaxBufferBytes, directory, cancellationToken);
        try
        {
            if (heap.IncompleteBecause is not null && permit.RetryBufferBytes > 0)
            {
                heap.Dispose();
                heap = Capture(permit.RetryBufferBytes, directory, cancellationToken);
            }

            Assembly[] assemblies = [.. before.Union(AppDomain.CurrentDomain.GetAssemblies())];
            return SnapshotBuilder.Build(heap, assemblies, _singletons.Read(), baseline is { IsComplete: true } ? baseline.Data : null);
        }
        finally
        {
            heap.Dispose();
            GC.KeepAlive(before);
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
            Containment.Run(() => Log.NotWritten(_logger, exception, _store.Root));
            return null;
        }
    }

    private string? TryWrite(string directory, HeapSnapshot snapshot, HeapSnapshotDiff? diff)
    {
        try
        {
            SnapshotFiles.Write(directory, snapshot, diff);
            return _store.Publish(directory, _timeProvider.GetUtcNow());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Containment.Run(() => Log.NotWritten(_logger, exception, directory));
            return null;
        }
    }

    private void LogTaken(SnapshotCause cause, SnapshotData data, string? directory) => Containment.Run(() =>
    {
        if (data.IncompleteBecause is { } missing)
        {
            Log.Incomplete(_logger, cause.ToString(), data.Reason, missing);
            return;
        }

        string largest = data.Places is [{ } place, ..] ? $"{place.Name}, {ByteText.Of(place.RetainedBytes)} retained" : "nothing stands out";
        Log.Taken(_logger, cause.ToString(), data.Reason, data.ObjectCount, data.TotalBytes >> 20, (long)data.Pause.TotalMilliseconds, largest, directory ?? "not written");
    });

    private void LogRefusal(SnapshotCause cause, string reason, string refusal) => Containment.Run(() =>
    {
        if (_capture.IsAvailable(out string? unavailable))
        {
            Log.Refused(_logger, cause.ToString(), reason, refusal);
        }
        else if (Interlocked.Exchange(ref _unavailableLogged, 1) == 0)
        {
            // It will stay so for the life of the process: said once.
            Log.Unavailable(_logger, unavailable!);
        }
    });
}
