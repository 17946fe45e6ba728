using System.Diagnostics.Metrics;
using System.Runtime;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Containers;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Recording;
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

    private readonly IServiceProvider _services;
    private readonly ILogger _logger;
    private readonly InternalFaults _faults;
    private readonly SampleHistory _history = new();
    private readonly FullCollectionBudget _budget = new();
    private readonly MemorySampler _sampler;
    private readonly SamplingLoop _loop;
    private readonly MemoryPipeline _pipeline;
    private readonly SeriesWriter? _recording;
    private readonly LimitAdviceWatch _limits;
    private readonly MemGuardMetrics _metrics;
    private readonly AlertDispatcher _dispatcher;
    private IDisposable? _optionsChanges;

    public MonitorSession(IServiceProvider services, MemGuardOptions options, ILogger logger, TimeProvider timeProvider, InternalFaults faults)
    {
        _services = services;
        _logger = logger;
        _faults = faults;
        SamplingSettings sampling = new() { Interval = options.SamplingInterval, MemoryLimitBytes = options.MemoryLimitBytes, LoadSignal = options.LoadSignal };
        SamplerFactory createSampler = services.GetService<SamplerFactory>() ?? (static (settings, time, faults) => MemorySampler.Create(settings, time, faults));
        _sampler = createSampler(sampling, timeProvider, faults);
        _loop = new SamplingLoop(_sampler, sampling, timeProvider, OnSample);
        _pipeline = new MemoryPipeline(_history, PipelineSettings.From(options), PushPressure);
        _recording = CreateRecording(options);
        _limits = new LimitAdviceWatch(HostFacts.Read(SystemFiles.Instance), logger);
        _metrics = new MemGuardMetrics(services.GetService<IMeterFactory>(), this, faults);
        _dispatcher = new AlertDispatcher(
            new AlertSettings(options.EvidenceTimeout, options.HandlerTimeout),
            Resolve<IEvidenceCollector>(),
            Resolve<IMemoryAlertHandler>(),
            logger,
            faults.Report)
        {
            AlertWritten = _metrics.CountAlert,
        };
    }

    public MemorySample? Latest => _history.Latest;

    public MemoryDiagnosis Diagnose() => _pipeline.Diagnose();

    public MemoryLimitAdvice LimitAdvice => _limits.Advice;

    public long ConfirmingCollections => _budget.TotalTaken;

    public TimeSpan SampleDuration => _loop.LastDuration;

    public TimeSpan SampleLateness => _loop.LastLateness;

    public IReadOnlyList<MemorySample> GetHistory() => _history.ToList();

    /// <summary>Follows the options' changes and starts to sample.</summary>
    public void Start(IOptionsMonitor<MemGuardOptions> options)
    {
        if (_services.GetService<IRefusedOptions>() is { } refused)
        {
            refused.Refused = failure => Contain("the logger", () => Telemetry.Log.ConfigurationRefused(_logger, failure));
        }

        _optionsChanges = options.OnChange(changed => Contain("taking over options", () => _pipeline.Update(PipelineSettings.From(changed))));

        // Once more, now that changes are followed: one may have come since the options were first read.
        _pipeline.Update(PipelineSettings.From(options.CurrentValue));
        _recording?.Start();
        _loop.Start();
    }

    public void Dispose()
    {
        Contain("stopping", () => _optionsChanges?.Dispose());
        Contain("stopping", _loop.Dispose);
        Contain("stopping", _sampler.Dispose);
        Contain("stopping", () => _dispatcher.WaitUntilIdle(ShutdownWait));
        Contain("stopping", _dispatcher.Dispose);
        Contain("stopping", () => _recording?.Dispose());
        Contain("stopping", _metrics.Dispose);

        // What shrank under pressure may grow again: nobody watches from here on.
        PushPressure(0);
    }

    // Each step by itself, the pipeline first: neither a broken log sink nor a full disk may blind the detector. No lambdas: once a second, for years.
    private void OnSample(MemorySample sample)
    {
        try
        {
            Judge(sample);
        }
        catch (Exception exception)
        {
            _faults.Report("the pipeline", exception);
        }

        try
        {
            _limits.Update(sample, _sampler.Container, _sampler.HighMemoryLoadThresholdBytes);
        }
        catch (Exception exception)
        {
            _faults.Report("judging the limits", exception);
        }

        try
        {
            _recording?.Add(sample);
            if (_logger.IsEnabled(LogLevel.Debug))
            {
                SampleLog.Write(_logger, sample);
            }
        }
        catch (Exception exception)
        {
            _faults.Report("writing a sample", exception);
        }
    }

    private void Judge(in MemorySample sample)
    {
        if (_pipeline.Process(sample) is { } request)
        {
            _dispatcher.Post(request);
        }

        if (_pipeline.WantsFullCollection)
        {
            CollectInBackground(sample.Elapsed);
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

    private void PushPressure(double ratio)
    {
        try
        {
            BoundedStructures.SetPressure(ratio);
        }
        catch (Exception exception)
        {
            _faults.Report("telling the structures of pressure", exception);
        }
    }

    private void Contain(string component, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _faults.Report(component, exception);
        }
    }

    // One handler that cannot be built must not keep MemGuard from watching.
    private IEnumerable<T> Resolve<T>()
    {
        try
        {
            return _services.GetServices<T>();
        }
        catch (Exception exception)
        {
            _faults.Report("building " + typeof(T).Name, exception);
            return [];
        }
    }

    private SeriesWriter? CreateRecording(MemGuardOptions options)
    {
        if (options.RecordTo is not { } directory)
        {
            return null;
        }

        SeriesWriterSettings settings = new()
        {
            MaxFileBytes = options.RecordMaxFileBytes,
            MaxFiles = options.RecordMaxFiles,

            // As much as one process may record: a restart must not delete the recording of the crash that caused it.
            MaxEarlierBytes = options.RecordMaxFileBytes * options.RecordMaxFiles,
        };
        return new SeriesWriter(new SeriesDirectory(directory, settings), settings, exception => _faults.Report("recording", exception));
    }
}
