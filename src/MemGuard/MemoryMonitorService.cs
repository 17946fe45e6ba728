using System.Diagnostics.Metrics;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Sessions;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Runs the pipeline in a live process: owns the session, and follows the switch that turns it on and off.</summary>
internal sealed class MemoryMonitorService(IServiceProvider services) : IHostedService, IMemoryMonitor, IDisposable
{
    private static readonly MemoryDiagnosis NotRunning = new() { Problem = MemoryProblem.None, Reason = "MemGuard is not running", NextStep = "Start the host, or enable MemGuard" };

    /// <summary>Guards the fields below: one start or stop at a time.</summary>
    private readonly Lock _gate = new();
    private volatile MonitorSession? _session;
    private IDisposable? _changes;
    private CancellationTokenRegistration _stopping;
    private bool _isStopped;

    public MemorySample? Latest => _session?.Latest;

    public IReadOnlyList<MemorySample> GetHistory() => _session?.GetHistory() ?? [];

    public MemoryDiagnosis Diagnose() => _session?.Diagnose() ?? NotRunning;

    public MemoryLimitAdvice GetLimitAdvice() => _session?.LimitAdvice ?? MemoryLimitAdvice.None;

    public PreviousRun? PreviousRun => _session?.PreviousRun;

    public DiagnosticReport CreateReport() =>
        _session?.CreateReport() ?? throw new InvalidOperationException("MemGuard is not running, so there is nothing to report: start the host, or enable MemGuard (MemGuard:Enabled, MEMGUARD_DISABLED).");

    public IReadOnlyList<MemoryAlert> GetRecentAlerts() => _session?.GetRecentAlerts() ?? [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // First of all, and then nothing: with the switch pulled the host is as if MemGuard were not there.
        if (KillSwitch.IsOn)
        {
            Say(static logger => Log.TurnedOff(logger, $"the environment variable {KillSwitch.Variable} is set"));
            return Task.CompletedTask;
        }

        if (KillSwitch.Unclear is { } value)
        {
            Say(logger => Log.KillSwitchUnclear(logger, KillSwitch.Variable, value));
        }

        // What an operator attached from outside ends here: this host knows better what it wants.
        StandIn.Retire();
        IOptionsMonitor<MemGuardOptions> options = services.GetRequiredService<IOptionsMonitor<MemGuardOptions>>();
        lock (_gate)
        {
            // When the host begins to stop, which is long before this service's turn where others take their time.
            _stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.UnsafeRegister(
                static self => Containment.Run((MemoryMonitorService)self!, static service => service._session?.NoteStopping()), this) ?? default;
            _changes ??= options.OnChange(changed => Containment.Run(() => OnChanged(options, changed)));
            if (options.CurrentValue.Enabled)
            {
                _session ??= StartSession(options);
                return Task.CompletedTask;
            }
        }

        Say(static logger => Log.TurnedOff(logger, "MemGuard:Enabled is false"));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_session is null)
        {
            Dispose();
            return;
        }

        // On a thread of its own: what is waited for must not keep the host beyond the time that it gives.
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isStopping = OwnThread.TryStart(
            "MemGuard stop",
            () =>
            {
                Dispose();
                stopped.TrySetResult();
                return false;
            },
            static _ => { }) is not null;
        if (!isStopping)
        {
            Dispose();
            return;
        }

        await stopped.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            Containment.Run(() => _changes?.Dispose());
            _changes = null;
            _stopping.Unregister();
            _session?.Dispose();
            _session = null;
        }
    }

    // On a thread of its own: a session takes a while to end, which a reload of the configuration must not wait for.
    private void OnChanged(IOptionsMonitor<MemGuardOptions> options, MemGuardOptions changed)
    {
        if (changed.Enabled != (_session is not null))
        {
            OwnThread.TryStart(
                "MemGuard switch",
                () =>
                {
                    Switch(options);
                    return false;
                },
                static _ => { });
        }
    }

    private void Switch(IOptionsMonitor<MemGuardOptions> options)
    {
        lock (_gate)
        {
            bool isWanted = options.CurrentValue.Enabled;
            if (_isStopped || isWanted == (_session is not null))
            {
                return;
            }

            if (isWanted)
            {
                _session = StartSession(options);
                Say(static logger => Log.TurnedOn(logger));
            }
            else
            {
                _session?.ForgetBlackBox();
                _session?.Dispose();
                _session = null;
                Say(static logger => Log.TurnedOff(logger, "MemGuard:Enabled was set to false"));
            }
        }
    }

    private ILogger GetLogger(string category = "MemGuard") => (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(category);

    // The few lines that no session says.
    private void Say(Action<ILogger> say) => Containment.Run(() => say(GetLogger()));

    private MonitorSession? StartSession(IOptionsMonitor<MemGuardOptions> options)
    {
        TimeProvider timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        return SessionParts.TryStart(GetLogger(), timeProvider, (logger, faults) => GetParts(options.CurrentValue, logger, timeProvider, faults), session => session.Start(options));
    }

    private SessionParts GetParts(MemGuardOptions options, BackgroundLogger logger, TimeProvider timeProvider, InternalFaults faults)
    {
        ContainedServices contained = services.GetRequiredService<ContainedServices>();
        SessionParts parts = new()
        {
            Options = options,
            Logger = logger,
            LimitsLogger = logger.With(GetLogger("MemGuard.Limits")),
            TimeProvider = timeProvider,
            Faults = faults,
            MeterFactory = services.GetService<IMeterFactory>(),
            Collectors = contained.Resolve<IEvidenceCollector>(services, faults),
            Handlers = contained.Resolve<IMemoryAlertHandler>(services, faults),
            RefusedOptions = services.GetService<IRefusedOptions>(),
            Folder = SessionFolder.TakeFromEnvironment(),
        };
        return services.GetService<SamplerFactory>() is { } createSampler ? parts with { CreateSampler = createSampler } : parts;
    }
}
