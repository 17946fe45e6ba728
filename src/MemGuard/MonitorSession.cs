using System.Diagnostics;
using System.Runtime.CompilerServices;
using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Containers;
using MemGuard.Costs;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Sessions;
using MemGuard.Telemetry;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>MemGuard at work, from the host's start to its stop: connects the stages, carries out what they ask for, and takes them down again.</summary>
internal sealed class MonitorSession : IMetricSource, IDisposable
{
    /// <summary>The longest that the end of a session takes, whatever hangs in it.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(3);

    /// <summary>What is kept of it for the last rows of a recording and the last lines of the log.</summary>
    private static readonly TimeSpan KeptForTheEnd = TimeSpan.FromSeconds(1);

    private readonly BackgroundLogger _logger;
    private readonly InternalFaults _faults;
    private readonly IRefusedOptions? _refusedOptions;
    private readonly SampleHistory _history = new();
    private readonly ConfirmingCollections _confirming = new(OwnCosts.OfProcess);
    private readonly MemorySampler _sampler;
    private readonly SamplingLoop _loop;
    private readonly MemoryPipeline _pipeline;
    private readonly long _pipelineBytes;
    private readonly SelfRestraint _restraint;
    private readonly SwitchedRecording _recording;

    /// <summary>Where a tool that watches the process meets it; null where none does.</summary>
    private readonly string? _folder;
    private readonly CollectionLines _collections;
    private readonly BlackBox? _blackBox;
    private readonly LimitAdviceWatch _limits;
    private readonly SessionReports _reports;
    private readonly MeterScope _meter;
    private readonly long? _configuredLimit;
    private readonly AlertQueue _alerts;
    private readonly RecentAlerts _recent = new();
    private readonly RequestCount? _requests;
    private IDisposable? _optionsChanges;
    private bool _hasSaidUnknown;
    private MemorySample _sample;

    /// <summary>The first suspect of the newest alert that named one; null when that problem is over.</summary>
    private volatile string? _suspect;

    public MonitorSession(SessionParts parts)
    {
        MemGuardOptions options = parts.Options;
        _logger = parts.Logger;
        _faults = parts.Faults;
        _refusedOptions = parts.RefusedOptions;
        _requests = options.LoadSignal is null ? new RequestCount() : null;
        SamplingSettings sampling = new() { Interval = options.SamplingInterval, MemoryLimitBytes = options.MemoryLimitBytes, LoadSignal = options.LoadSignal, Requests = _requests };
        _sampler = parts.CreateSampler(sampling, parts.TimeProvider, _faults);
        _loop = new SamplingLoop(_sampler, sampling, parts.TimeProvider, OnSample);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        _pipeline = new MemoryPipeline(_history, PipelineSettings.From(options));
        _pipelineBytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _restraint = new SelfRestraint(OwnCosts.OfProcess, _sampler, _loop, options.SamplingInterval, _logger) { Percentage = options.CpuBudgetPercentage };
        _recording = new SwitchedRecording(parts.CreateRecording);
        _folder = parts.Folder?.Path;
        _recording.SwitchTo(options.RecordTo ?? _folder);
        _collections = new CollectionLines(new RuntimeCollections(), _logger) { Mode = options.LogGarbageCollections };
        HelpLinks links = new(options.HelpLinkBase);
        _blackBox = options.BlackBox ? new BlackBox(options.BlackBoxDirectory ?? parts.Folder?.Path, options.SamplingInterval, parts.TimeProvider, _logger, _faults, links) : null;
        HostFacts host = HostFacts.Read(SystemFiles.Instance);
        _limits = new LimitAdviceWatch(host, parts.LimitsLogger, links);
        _reports = new SessionReports(options, parts.Folder?.Path, host, _history, ReadSelf, parts.TimeProvider, _logger, _faults);
        _configuredLimit = options.MemoryLimitBytes;
        _meter = new MeterScope(parts.MeterFactory, this, _faults);
        MemoryInstruments.Create(_meter);
        _ = new ContainerInstruments(_meter);
        KnownSuspects suspects = new(options.PublishSuspects, SuspectAllowance.OfProcess);
        ProblemInstruments.Create(_meter, suspects);
        OwnInstruments own = new(_meter, _faults);
        CostInstruments.Create(_meter, OwnCosts.OfProcess);
        _ = new StructureInstruments(_meter, new StructureReadings(BoundedStructures.GetUsage, parts.TimeProvider));
        AlertDispatch dispatch = new(new AlertSettings(options.EvidenceTimeout, options.HandlerTimeout, links), parts.Collectors, [_recent, .. GetHandlers(parts)], _logger, _faults)
        {
            AlertWritten = alert =>
            {
                own.CountAlert(alert);
                suspects.Note(alert);
                Remember(alert);
                _reports.Note(alert);
            },
            EvidenceFollowed = suspects.Note,
            BaselineTaken = _pipeline.TellHolder,
            WaitForLog = _logger.Flush,
            PostLate = late => _alerts?.Post(late),
        };
        _alerts = new AlertQueue(dispatch.Dispatch, dispatch.ReportDropped, _faults);
    }

    public MemorySample? Latest => _history.Latest;

    public ContainerDetails? Container => _sampler.Container;

    public long? ConfiguredLimitBytes => _configuredLimit;

    public IReadOnlyList<MemoryDiagnosis> OpenProblems => _pipeline.OpenProblems;

    public MemoryDiagnosis Diagnose() => _pipeline.Diagnose();

    public MemoryLimitAdvice LimitAdvice => _limits.Advice;

    public PreviousRun? PreviousRun => _blackBox?.Previous;

    public DiagnosticReport CreateReport() => _reports.Create(ReportCause.Requested);

    public IReadOnlyList<MemoryAlert> GetRecentAlerts() => _recent.ToList();

    public long ConfirmingCollections => _confirming.TotalTaken;

    public TimeSpan SampleDuration => _loop.LastDuration;

    public TimeSpan SampleLateness => _loop.Lateness;

    public CostTier Tier => _restraint.Tier;

    public IReadOnlyList<(string Holder, long Bytes)> HeldBytes => [("history", _history.AllocatedBytes), ("pipeline", _pipelineBytes)];

    public (long Written, long Dropped)? RecordedRows => _recording.Rows;

    public IReadOnlyList<MemorySample> GetHistory() => _history.ToList();

    /// <summary>Follows the options' changes and starts to sample.</summary>
    public void Start(IOptionsMonitor<MemGuardOptions> options)
    {
        Follow(options);
        Start();
    }

    /// <summary>Starts to sample.</summary>
    public void Start()
    {
        _recording.Start();
        _meter.Start();
        BoundedStructures.SetLogger(this, _logger);
        _loop.Start();
    }

    /// <summary>Says that somebody wanted to start a second one.</summary>
    public void SayIsRunning() => _faults.Run("the logger", () => Log.RunsAlready(_logger));

    private void Follow(IOptionsMonitor<MemGuardOptions> options)
    {
        if (_refusedOptions is not null)
        {
            _refusedOptions.Refused = failure => _faults.Run("the logger", () => Log.ConfigurationRefused(_logger, VisibleText.Of(failure)));
        }

        _optionsChanges = options.OnChange(changed => _faults.Run("taking over options", () => TakeOver(changed)));

        // Once more, now that changes are followed: one may have come since the options were first read.
        TakeOver(options.CurrentValue);
    }

    private void TakeOver(MemGuardOptions options)
    {
        _pipeline.Update(PipelineSettings.From(options));
        _collections.Mode = options.LogGarbageCollections;
        _restraint.Percentage = options.CpuBudgetPercentage;
        _reports.TakeOver(options);
        _recording.SwitchTo(options.RecordTo ?? _folder);
    }

    /// <summary>Notes that the host has begun to stop: if it is killed from here on, the next process says so.</summary>
    public void NoteStopping() => _blackBox?.NoteStopping();

    /// <summary>Leaves nothing that the next process could tell of: this one goes on without being watched.</summary>
    public void ForgetBlackBox() => _faults.Run("stopping", () => _blackBox?.Forget());

    public void Dispose()
    {
        long start = Stopwatch.GetTimestamp();

        // One time for all: each waits as long as those before it have left.
        TimeSpan GetLeft(TimeSpan kept) => TimeSpan.FromTicks(Math.Max(0, (LongestStop - kept - Stopwatch.GetElapsedTime(start)).Ticks));
        _faults.Run("stopping", () => _optionsChanges?.Dispose());
        _faults.Run("stopping", () => _loop.Stop(GetLeft(KeptForTheEnd)));
        _faults.Run("stopping", () => _collections.Finish(_history.Latest?.Elapsed ?? TimeSpan.Zero));
        _faults.Run("stopping", () => _blackBox?.Leave());
        _faults.Run("stopping", _reports.Dispose);
        _faults.Run("stopping", _sampler.Dispose);
        _faults.Run("stopping", () => _requests?.Dispose());
        _faults.Run("stopping", () => _alerts.WaitUntilIdle(GetLeft(KeptForTheEnd)));
        _faults.Run("stopping", () => _alerts.Stop(GetLeft(KeptForTheEnd)));
        _faults.Run("stopping", () => _recording.Stop(GetLeft(TimeSpan.Zero)));
        _faults.Run("stopping", _meter.Dispose);

        // What shrank under pressure may grow again: this session does not watch from here on.
        _faults.Run("stopping", () => BoundedStructures.ClearPressure(this));
        _faults.Run("stopping", () => BoundedStructures.ClearLogger(this));
        _faults.Run("stopping", () => _logger.Stop(GetLeft(TimeSpan.Zero)));
    }

    // Each step by itself, the pipeline first: neither bad limits nor a full disk may blind the detector. Static lambdas: once a second, for years.
    [MethodImpl(EverySample.Compiled)]
    private void OnSample(MemorySample sample)
    {
        // In a field: as a part of every step's state it would be copied for each, and compiled for.
        _sample = sample;
        _faults.Run("the pipeline", this, static session => session.Judge(session._sample));
        _faults.RunPart("telling the structures of pressure", this, static session => session.PushPressure(session._sample));
        _faults.RunPart("judging the limits", this, static session => session.JudgeLimits(session._sample));
        _faults.RunPart("telling of collections", this, static session => session._collections.Update(session._sample.Elapsed));
        _faults.RunPart("recording a sample", this, static session => session.Record(session._sample));
        _faults.Run("keeping the budget", this, static session => session._restraint.Update(session._sample));
        _faults.Run("the logger", this, static session => session.LogSample(session._sample));

        // Last: nothing else waits for a disk that hangs.
        _faults.RunPart("the black box", this, static session => session.WriteBlackBox(session._sample));

        // After it: it knows how the process before ended.
        _faults.RunPart("the diagnostic report", this, static session => session.UpdateReports(session._sample));
    }

    private void Judge(in MemorySample sample)
    {
        if ((_pipeline.Process(sample) ?? _pipeline.AskForHolder(sample.Elapsed)) is { } request)
        {
            _alerts.Post(request);
        }

        _alerts.Retry();
        _confirming.Update(sample);

        if (_pipeline.WantsFullCollection)
        {
            _confirming.Request(sample, _pipeline.TimeToLimit, _collections.NoteOwn);
        }
    }

    private void PushPressure(in MemorySample sample) => BoundedStructures.SetPressure(this, MemoryUsage.Of(sample).Ratio ?? 0);

    private void JudgeLimits(in MemorySample sample) => _limits.Update(sample, _sampler.Container, _sampler.HighMemoryLoadThresholdBytes);

    private void UpdateReports(in MemorySample sample) => _reports.Update(sample, _pipeline.LastDiagnosis, _limits.Advice, PreviousRun);

    private ReportedSelf ReadSelf() => new(SampleDuration, SampleLateness, ConfirmingCollections, RecordedRows?.Written, RecordedRows?.Dropped)
    {
        ProcessorTime = OwnCosts.OfProcess.TotalProcessorTime,
        AllocatedBytes = OwnCosts.OfProcess.TotalAllocatedBytes,
        Pause = OwnCosts.OfProcess.TotalPause,
        DiskBytes = OwnCosts.OfProcess.TotalDiskBytes,
        Tier = Tier,
    };

    private void Record(in MemorySample sample) => _recording.Add(sample);

    private void WriteBlackBox(in MemorySample sample)
    {
        if (_blackBox is null)
        {
            return;
        }

        MemoryDiagnosis diagnosis = _pipeline.LastDiagnosis;
        OpenProblem problem = diagnosis.Problem == MemoryProblem.None ? default : new OpenProblem(TagValues.Of(diagnosis.Problem), diagnosis.Reason, _suspect);
        _blackBox.Update(sample, _sampler.Container, problem);
    }

    private void Remember(MemoryAlert alert) =>
        _suspect = alert.Stage == AlertStage.Resolved ? null : alert.Evidence.Suspects is [{ } first, ..] ? first.Name : _suspect;

    private void LogSample(in MemorySample sample)
    {
        if (!_hasSaidUnknown)
        {
            _hasSaidUnknown = true;
            foreach ((string what, string reason) in _sampler.Unknown)
            {
                Sampling.Log.Unknown(_logger, what, reason);
            }
        }

        if (_logger.IsEnabled(LogLevel.Debug))
        {
            SampleLog.Write(_logger, sample);
        }
    }

    // The session's own last: what the user registered comes first.
    private static IReadOnlyList<IMemoryAlertHandler> GetHandlers(SessionParts parts) =>
        parts.Folder is { } folder ? [.. parts.Handlers, new SessionAlerts(folder, parts.TimeProvider)] : parts.Handlers;
}
