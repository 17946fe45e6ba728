using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>A monitor without a host, from <see cref="MemGuardMonitor.Start(MonitorSetup)"/>; it watches until it is disposed, or the process ends.</summary>
/// <remarks>Thread-safe. Disposing takes at most three seconds, whatever hangs in an alert or a disk.</remarks>
public sealed class RunningMonitor : IMemoryMonitor, IDisposable
{
    private static readonly MemoryDiagnosis Ended = new() { Problem = MemoryProblem.None, Reason = "MemGuard is not running", NextStep = "Start it with MemGuardMonitor.Start, or enable it" };

    // What was handed over with the setup.
    private readonly IReadOnlyList<object> _owned;
    private volatile MonitorSession? _session;
    private int _isDisposed;

    internal RunningMonitor(MonitorSession? session, IReadOnlyList<object> owned)
    {
        _session = session;
        _owned = owned;
    }

    /// <summary>Whether it watches: not after it was disposed, and not while MemGuard is switched off or could not be started.</summary>
    public bool IsRunning => _session is not null;

    /// <inheritdoc/>
    public MemorySample? Latest => _session?.Latest;

    /// <inheritdoc/>
    public PreviousRun? PreviousRun => _session?.PreviousRun;

    /// <inheritdoc/>
    public IReadOnlyList<MemoryAlert> GetRecentAlerts() => _session?.GetRecentAlerts() ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<MemorySample> GetHistory() => _session?.GetHistory() ?? [];

    /// <inheritdoc/>
    public MemoryDiagnosis Diagnose() => _session?.Diagnose() ?? Ended;

    /// <inheritdoc/>
    public MemoryLimitAdvice GetLimitAdvice() => _session?.LimitAdvice ?? MemoryLimitAdvice.None;

    /// <inheritdoc/>
    public DiagnosticReport CreateReport() => _session?.CreateReport() ?? throw new InvalidOperationException("MemGuard is not running, so there is nothing to report: start it with MemGuardMonitor.Start, or enable it.");

    /// <summary>Ends the watch, and disposes of the evidence collectors and handlers that came with it. Never throws; only the first call counts.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        MonitorSession? session = _session;
        _session = null;
        if (session is not null)
        {
            MemGuardMonitor.Leave(session);
        }

        foreach (IDisposable part in _owned.OfType<IDisposable>())
        {
            Containment.Run(part, static part => part.Dispose());
        }
    }
}
