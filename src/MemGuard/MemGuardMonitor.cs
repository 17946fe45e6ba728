using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Watches the memory of a process that has no host: a console, a batch job, a test run. Services call <c>services.AddMemGuard()</c> instead.</summary>
/// <remarks>
/// One a process: a second start while one runs is a second view of the first, whose setup stays in force, and the watch ends when the last of them is
/// disposed.
/// </remarks>
public static class MemGuardMonitor
{
    /// <summary>Guards the fields below: one start or end at a time.</summary>
    private static readonly Lock Gate = new();
    private static MonitorSession? _session;

    /// <summary>How many views of the session are not disposed yet.</summary>
    private static int _viewCount;

    private static volatile RunningMonitor? _current;

    /// <summary>The monitor that runs; null while none does. The host's own is not among them: ask its services for <see cref="IMemoryMonitor"/>.</summary>
    public static IMemoryMonitor? Current => _current is { IsRunning: true } current ? current : null;

    /// <summary>Starts to watch. Warnings and errors go to the standard error output.</summary>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <param name="collectors">Help to name what holds the memory, for example <c>HeapSnapshotCollector.Create()</c>. They end with the monitor.</param>
    /// <returns>The monitor. Dispose it to end the watch.</returns>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and the range.</exception>
    public static RunningMonitor Start(Action<MemGuardOptions>? configure = null, params IEvidenceCollector[] collectors)
    {
        ArgumentNullException.ThrowIfNull(collectors);
        MonitorSetup setup = new() { Collectors = collectors };
        configure?.Invoke(setup.Options);
        return Start(setup);
    }

    /// <summary>Starts to watch, with what a host would give otherwise.</summary>
    /// <param name="setup">Options, log, evidence collectors and handlers.</param>
    /// <returns>The monitor. Dispose it to end the watch.</returns>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and the range.</exception>
    public static RunningMonitor Start(MonitorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        StandIn.Retire();
        return Watch(setup);
    }

    /// <summary>As <see cref="Start(MonitorSetup)"/>, for a watch that was put into the process from outside and gives way to the application's own.</summary>
    internal static RunningMonitor Watch(MonitorSetup setup)
    {
        if (KillSwitch.IsOn)
        {
            return new RunningMonitor(null, [.. setup.Collectors, .. setup.Handlers]);
        }

        if (new MemGuardOptionsValidator().Validate(Options.DefaultName, setup.Options) is { Failed: true } invalid)
        {
            throw new ArgumentException(string.Join(' ', invalid.Failures), nameof(setup));
        }

        lock (Gate)
        {
            if (_session is null && setup.Options.Enabled)
            {
                _session = StartSession(setup);
            }
            else if (_session is not null)
            {
                _session.SayIsRunning();
            }

            MonitorSession? session = setup.Options.Enabled ? _session : null;
            RunningMonitor monitor = new(session, [.. setup.Collectors, .. setup.Handlers]);
            if (session is not null)
            {
                _viewCount++;
                _current = _current is { IsRunning: true } ? _current : monitor;
            }

            return monitor;
        }
    }

    /// <summary>A view of the session was disposed.</summary>
    internal static void Leave(MonitorSession session)
    {
        lock (Gate)
        {
            if (session != _session || --_viewCount > 0)
            {
                return;
            }

            _session = null;
            _current = null;
        }

        // Outside the lock: it takes a while, and a new watch may begin meanwhile.
        session.Dispose();
    }

    private static MonitorSession? StartSession(MonitorSetup setup) =>
        SessionParts.TryStart(CreateLogger(setup, "MemGuard"), setup.TimeProvider, (logger, faults) => GetParts(setup, logger, faults), static session => session.Start());

    private static SessionParts GetParts(MonitorSetup setup, BackgroundLogger logger, InternalFaults faults)
    {
        if (KillSwitch.Unclear is { } value)
        {
            Log.KillSwitchUnclear(logger, KillSwitch.Variable, value);
        }

        SessionParts parts = new()
        {
            Options = setup.Options,
            Logger = logger,
            LimitsLogger = logger.With(CreateLogger(setup, "MemGuard.Limits")),
            TimeProvider = setup.TimeProvider,
            Faults = faults,
            MeterFactory = setup.MeterFactory,
            Collectors = [new BoundedStructureEvidence(), .. setup.Collectors],
            Handlers = setup.Handlers,
            Folder = setup.Folder ?? SessionFolder.TakeFromEnvironment(),
        };
        return setup.CreateSampler is { } createSampler ? parts with { CreateSampler = createSampler } : parts;
    }

    private static ILogger CreateLogger(MonitorSetup setup, string category)
    {
        try
        {
            return setup.LoggerFactory?.CreateLogger(category) ?? (ILogger)StandardErrorLogger.Instance;
        }
        catch (Exception)
        {
            // A factory that was disposed, or one of the user's that fails.
            return StandardErrorLogger.Instance;
        }
    }
}
