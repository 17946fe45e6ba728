using System.Diagnostics.Metrics;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Runs the pipeline in a live process: owns the session.</summary>
internal sealed class MemoryMonitorService(IServiceProvider services) : IHostedService, IMemoryMonitor, IDisposable
{
    private static readonly MemoryDiagnosis NotRunning = new() { Problem = MemoryProblem.None, Reason = "MemGuard is not running", NextStep = "Start the host, or enable MemGuard" };

    private readonly Lock _gate = new();
    private volatile MonitorSession? _session;

    public MemorySample? Latest => _session?.Latest;

    public IReadOnlyList<MemorySample> GetHistory() => _session?.GetHistory() ?? [];

    public MemoryDiagnosis Diagnose() => _session?.Diagnose() ?? NotRunning;

    public MemoryLimitAdvice GetLimitAdvice() => _session?.LimitAdvice ?? MemoryLimitAdvice.None;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // First of all: an operator who pulls the switch must not be stopped by a bad option.
        if (KillSwitch.IsOn)
        {
            return Task.CompletedTask;
        }

        IOptionsMonitor<MemGuardOptions> options = services.GetRequiredService<IOptionsMonitor<MemGuardOptions>>();
        if (!options.CurrentValue.Enabled)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            _session ??= StartSession(options);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _session?.Dispose();
            _session = null;
        }
    }

    private MonitorSession? StartSession(IOptionsMonitor<MemGuardOptions> options)
    {
        TimeProvider timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        InternalFaults? faults = null;
        BackgroundLogger logger = new((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("MemGuard"), () => faults?.Count("the logger"));
        faults = new InternalFaults(logger, timeProvider);
        MonitorSession? session = null;
        try
        {
            session = new MonitorSession(GetParts(options.CurrentValue, logger, timeProvider, faults));
            session.Start(options);
            return session;
        }
        catch (Exception exception)
        {
            // The environment may be strange; the service must start all the same.
            faults.Report("starting to watch", exception);
            session?.Dispose();
            return null;
        }
    }

    private SessionParts GetParts(MemGuardOptions options, BackgroundLogger logger, TimeProvider timeProvider, InternalFaults faults)
    {
        ContainedServices contained = services.GetRequiredService<ContainedServices>();
        SessionParts parts = new()
        {
            Options = options,
            Logger = logger,
            TimeProvider = timeProvider,
            Faults = faults,
            MeterFactory = services.GetService<IMeterFactory>(),
            Collectors = contained.Resolve<IEvidenceCollector>(services, faults),
            Handlers = contained.Resolve<IMemoryAlertHandler>(services, faults),
            RefusedOptions = services.GetService<IRefusedOptions>(),
        };
        return services.GetService<SamplerFactory>() is { } createSampler ? parts with { CreateSampler = createSampler } : parts;
    }
}
