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

/// <summary>Runs the pipeline in a live process: owns the sampling loop and the alert dispatcher.</summary>
internal sealed class MemoryMonitorService(IServiceProvider services) : IHostedService, IMemoryMonitor, IDisposable
{
    private static readonly MemoryDiagnosis NotRunning = new(MemoryProblem.None, "MemGuard is not running", "Start the host, or enable MemGuard", default, []);

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
        ILogger logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("MemGuard");
        TimeProvider timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        InternalFaults errors = new(logger, timeProvider);
        MonitorSession? session = null;
        try
        {
            session = new MonitorSession(services, options.CurrentValue, logger, timeProvider, errors);
            session.Start(options);
            return session;
        }
        catch (Exception exception)
        {
            // The environment may be strange; the service must start all the same.
            errors.Report("starting to watch", exception);
            session?.Dispose();
            return null;
        }
    }
}
