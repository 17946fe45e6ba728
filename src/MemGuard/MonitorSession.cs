using System.Diagnostics.Metrics;
using System.Runtime;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Containers;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>MemGuard at work, from the host's start to its stop: builds the stages, connects them, and takes them down again.</summary>
internal sealed class MonitorSession : IMetricSource, IDisposable
{
    private static readonly TimeSpan ShutdownWait = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger;
    private readonly SamplingFaults _errors;
    private readonly SampleHistory _history = new();
    private readonly MemoryPipeline _pipeline;
    private readonly FullCollectionBudget _budget = new();
    private readonly AlertDispatcher _dispatcher;
    private readonly MemGuardMetrics _metrics;
    private readonly SeriesWriter? _recording;
    private readonly MemorySampler _sampler;
    private readonly SamplingLoop _loop;
    private readonly IDisposable? _optionsChanges;

    public MonitorSession(IServiceProvider services, IOptionsMonitor<MemGuardOptions> options, ILogger logger, TimeProvider timeProvider, SamplingFaults errors)
    {
        MemGuardOptions current = options.CurrentValue;
        _logger = logger;
        _errors = errors;
        _pipeline = new MemoryPipeline(_history, PipelineSettings.From(current), BoundedStructures.SetPressure);
        _metrics = new MemGuardMetrics(services.GetService<IMeterFactory>(), this, errors);
        _dispatcher = new AlertDispatcher(
            new AlertSettings(current.AlertCooldown, current.EvidenceTimeout, current.HandlerTimeout),
            Resolve<IEvidenceCollector>(services),
            Resolve<IMemoryAlertHandler>(services),
            logger,
            errors.Report)
        {
            AlertWritten = _metrics.CountAlert,
        };
        _recording = StartRecording(current);
        SamplingSettings sampling = new() { Interval = current.SamplingInterval, MemoryLimitBytes = current.MemoryLimitBytes, LoadSignal = current.LoadSignal };
        SamplerFactory createSampler = services.GetService<SamplerFactory>() ?? (static (settings, time, faults) => MemorySampler.Create(settings, time, faults));
        _sampler = createSampler(sampling, timeProvider, errors);
        _loop = new SamplingLoop(_sampler, sampling, timeProvider, OnSample);
        if (services.GetService<LastGoodOptionsFactory>() is { } factory)
        {
            factory.Refused = failure => Telemetry.Log.ConfigurationRefused(logger, failure);
        }

        _optionsChanges = options.OnChange(changed => _pipeline.Update(PipelineSettings.From(changed)));
        _loop.Start();
    }

    public MemorySample? Latest => _history.Latest;

    public MemoryDiagnosis Diagnosis => _pipeline.Diagnosis;

    public long ConfirmingCollections => _budget.TotalTaken;

    public MemoryLimitAdvice LimitAdvice => _sampler.LimitAdvice;

    public TimeSpan SampleDuration => _loop.LastDuration;

    public TimeSpan SampleLateness => _loop.LastLateness;

    public IReadOnlyList<MemorySample> GetHistory() => _history.ToList();

    public void Dispose()
    {
        _optionsChanges?.Dispose();
        _loop.Dispose();
        _sampler.Dispose();
        _dispatcher.WaitUntilIdle(ShutdownWait);
        _dispatcher.Dispose();
        _recording?.Dispose();
        _metrics.Dispose();
    }

    private void OnSample(MemorySample sample)
    {
        _recording?.Add(sample);
        if (_pipeline.Process(sample) is { } request)
        {
            _dispatcher.Post(request);
        }

        if (_pipeline.WantsFullCollection)
        {
            CollectInBackground(sample.Elapsed);
        }

        // Last: a log sink that throws must not take the sample from the pipeline.
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            SampleLog.Write(_logger, sample);
        }
    }

    private void CollectInBackground(TimeSpan elapsed)
    {
        // In batch mode (concurrent collection off) the request would be a blocking collection: hundreds of milliseconds.
        if (GCSettings.LatencyMode is GCLatencyMode.Batch or GCLatencyMode.NoGCRegion || !_budget.TryTake(elapsed))
        {
            return;
        }

        GC.Collect(2, GCCollectionMode.Forced, blocking: false);
    }

    // One handler that cannot be built must not keep MemGuard from watching.
    private IEnumerable<T> Resolve<T>(IServiceProvider services)
    {
        try
        {
            return services.GetServices<T>();
        }
        catch (Exception exception)
        {
            _errors.Report("building " + typeof(T).Name, exception);
            return [];
        }
    }

    private SeriesWriter? StartRecording(MemGuardOptions options)
    {
        if (options.RecordTo is not { } directory)
        {
            return null;
        }

        SeriesWriterSettings settings = new() { MaxFileBytes = options.RecordMaxFileBytes, MaxFiles = options.RecordMaxFiles };
        SeriesWriter writer = new(new SeriesDirectory(directory, settings), settings, exception => _errors.Report("recording", exception));
        writer.Start();
        return writer;
    }
}
