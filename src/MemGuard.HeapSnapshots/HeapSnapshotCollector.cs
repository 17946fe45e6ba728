using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Allocations;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Governor;
using MemGuard.HeapSnapshots.Service;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard.HeapSnapshots;

/// <summary>Heap snapshots for a process without a host: hand it to <see cref="MemGuardMonitor.Start(Action{MemGuardOptions}, IEvidenceCollector[])"/>, which disposes it. Services call <c>AddHeapSnapshots()</c> instead.</summary>
/// <remarks>Thread-safe. A snapshot stops the process for a moment: see <see cref="HeapSnapshotOptions.MaxPause"/>.</remarks>
public sealed class HeapSnapshotCollector : IEvidenceCollector, IHeapSnapshotService, IAllocationProfiler, IDisposable
{
    private readonly IHeapCapture _capture;
    private readonly HeapSnapshotService _service;
    private readonly HeapSnapshotEvidence _evidence;
    private readonly AllocationProfiler _profiler;
    private readonly AllocationEvidence _allocations;
    private readonly SnapshotSignal? _signal;

    private HeapSnapshotCollector(HeapSnapshotOptions options, ILogger logger, SingletonNames singletons, bool listens)
    {
        TimeProvider time = TimeProvider.System;
        _capture = CreateCapture(options, logger);
        _service = new HeapSnapshotService(
            _capture,
            options,
            singletons,
            static () => MemoryHeadroom.Read(MemGuardMonitor.Current?.Latest),
            time,
            logger);
        _evidence = new HeapSnapshotEvidence(_service, options);
        _profiler = new AllocationProfiler(time, logger);
        _allocations = new AllocationEvidence(_profiler, options);
        if (listens)
        {
            _signal = new SnapshotSignal(_service, options, logger, time);
            _signal.Start();
        }
    }

    /// <summary>Makes the evidence collector.</summary>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <param name="loggerFactory">Where the lines go, under the category <c>MemGuard.HeapSnapshots</c>; null for warnings and errors on the standard error output.</param>
    /// <returns>The evidence collector, which is also the service that takes snapshots and allocation profiles on demand.</returns>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and the range.</exception>
    public static HeapSnapshotCollector Create(Action<HeapSnapshotOptions>? configure = null, ILoggerFactory? loggerFactory = null)
    {
        HeapSnapshotOptions options = new();
        configure?.Invoke(options);
        return Create(options, loggerFactory?.CreateLogger("MemGuard.HeapSnapshots") ?? (ILogger)StandardErrorLogger.Instance, new SingletonNames(static () => []), listens: true);
    }

    /// <summary>As the other, and only listens to the signal where that is asked for: a process that was attached to handles its signals as before.</summary>
    internal static HeapSnapshotCollector Create(HeapSnapshotOptions options, ILogger logger, SingletonNames singletons, bool listens)
    {
        if (new HeapSnapshotOptionsValidator().Validate(Options.DefaultName, options) is { Failed: true } invalid)
        {
            throw new ArgumentException(string.Join(' ', invalid.Failures), nameof(options));
        }

        return new HeapSnapshotCollector(options, logger, singletons, listens);
    }

    /// <inheritdoc/>
    public async ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
    {
        // The short one first: in a process that stands still for most of the time the snapshot may use up the alert's wait.
        EvidenceResult allocated = await _allocations.CollectAsync(request, cancellationToken).ConfigureAwait(false);
        EvidenceResult held = await _evidence.CollectAsync(request, cancellationToken).ConfigureAwait(false);
        return new EvidenceResult
        {
            Suspects = [.. held.Suspects, .. allocated.Suspects],
            Notes = [.. held.Notes, .. allocated.Notes],
            Files = held.Files,
            NoneBecause = held.Suspects.Count + allocated.Suspects.Count > 0 ? null : (held.NoneBecause, allocated.NoneBecause) switch
            {
                ({ } one, { } other) => $"{one}; {other}",
                var (one, other) => one ?? other,
            },
        };
    }

    /// <inheritdoc/>
    public Task<AllocationProfileResult> ProfileAsync(TimeSpan duration, CancellationToken cancellationToken = default) => _profiler.ProfileAsync(duration, cancellationToken);

    /// <inheritdoc/>
    public Task<HeapSnapshotResult> CaptureAsync(string reason, CancellationToken cancellationToken = default) => _service.CaptureAsync(reason, cancellationToken);

    /// <inheritdoc/>
    public Task<HeapSnapshotResult> CaptureAsync(string reason, HeapSnapshot baseline, CancellationToken cancellationToken = default) => _service.CaptureAsync(reason, baseline, cancellationToken);

    /// <summary>Lets go of the signal and of the baseline. A capture that runs is finished in the background.</summary>
    public void Dispose()
    {
        _signal?.Dispose();
        _evidence.Dispose();
        (_capture as IDisposable)?.Dispose();
    }

    internal static IHeapCapture CreateCapture(HeapSnapshotOptions options, ILogger logger) => options.CaptureMethod == CaptureMethod.Fork
        ? new ChosenCapture(new ForkCapture(new ForkCaptureSettings()), new EventPipeCapture(), options.MaxPause, reason => Containment.Run(() => Log.ForkUnavailable(logger, reason)))
        : new EventPipeCapture();
}
