using System.Runtime.CompilerServices;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>The way of every sample: history, trends, diagnosis, gate, alert request. It has no thread and no clock of its own.</summary>
/// <remarks>One thread calls <see cref="Process"/>; <see cref="Diagnose"/> may be called from any.</remarks>
internal sealed class MemoryPipeline
{
    private readonly SampleHistory _history;
    private readonly TrendDetector _detector;
    private readonly AlertGate _gate;
    private readonly Lock _lock = new();
    private TriageSettings _triage;

    /// <summary>The newest report and what it means; guarded by <see cref="_lock"/>, like the detector.</summary>
    private TrendReport? _report;
    private MemoryDiagnosis? _second;
    private MemoryDiagnosis _diagnosis = new() { Problem = MemoryProblem.None, Reason = "no sample yet", NextStep = "Wait for the first sample" };

    // New settings from a configuration change on another thread; the sampling thread takes them over with its next sample.
    private PipelineSettings? _pending;

    /// <param name="history">Where the samples are kept.</param>
    /// <param name="settings">Settings of the stages.</param>
    public MemoryPipeline(SampleHistory history, PipelineSettings settings)
    {
        _history = history;
        _detector = new TrendDetector(settings.Trends);
        _triage = settings.Triage;
        _gate = new AlertGate(settings.AlertCooldown);
    }

    /// <summary>The diagnosis with the figures of now. They are brought up to date here, not with every sample: only who reads pays.</summary>
    public MemoryDiagnosis Diagnose()
    {
        lock (_lock)
        {
            return _report is null ? _diagnosis : DiagnoseUnsynchronized(_detector.Renew(), settingsChanged: false);
        }
    }

    /// <summary>All that is suspected or confirmed now, with the figures of now: one problem may hide another from <see cref="Diagnose"/>.</summary>
    public IReadOnlyList<MemoryDiagnosis> OpenProblems
    {
        get
        {
            lock (_lock)
            {
                return _report is null ? [] : MemoryTriage.DiagnoseAll(_detector.Renew(), _triage);
            }
        }
    }

    /// <summary>The diagnosis as it was made, with the figures of then: the same object until it changes. Costs nothing.</summary>
    public MemoryDiagnosis LastDiagnosis
    {
        get
        {
            lock (_lock)
            {
                return _diagnosis;
            }
        }
    }

    /// <summary>Whether the detector would like a full collection, to confirm or withdraw a suspicion.</summary>
    public bool WantsFullCollection
    {
        get
        {
            lock (_lock)
            {
                return _report?.WantsFullCollection ?? false;
            }
        }
    }

    /// <summary>The forecast of what is suspected or confirmed, as of the last change; null when there is none.</summary>
    public TimeSpan? TimeToLimit
    {
        get
        {
            lock (_lock)
            {
                return _report?.Growth?.Forecast?.Best;
            }
        }
    }

    /// <summary>A question to the evidence collectors, who holds the growth; null when nobody wants to know. Its answer comes by <see cref="TellHolder"/>.</summary>
    public AlertRequest? AskForHolder(TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (_report?.WantsHolder != true)
            {
                return null;
            }

            _detector.AskForHolder();
            MemoryDiagnosis question = _diagnosis with { Problem = MemoryProblem.ManagedLeak, IsConfirmed = false };
            return new AlertRequest(AlertStage.Suspected, MemoryProblem.ManagedLeak, question, elapsed) { IsQuestion = true };
        }
    }

    /// <summary>Takes what the collectors said of a suspicion or in reply to a question, from any thread.</summary>
    public void TellHolder(AlertRequest request, EvidenceResult evidence)
    {
        lock (_lock)
        {
            if (request.Problem == MemoryProblem.ManagedLeak)
            {
                _detector.TellHolder(HeldPlaces.Of(evidence));
            }
        }
    }

    public void Update(PipelineSettings settings) => Volatile.Write(ref _pending, settings);

    [MethodImpl(EverySample.Compiled)]
    public AlertRequest? Process(in MemorySample sample)
    {
        _history.Add(sample);
        AlertRequest? request;
        lock (_lock)
        {
            bool settingsChanged = TakeOverSettings();
            MemoryDiagnosis diagnosis = DiagnoseUnsynchronized(_detector.Observe(sample), settingsChanged);
            request = _gate.Next(diagnosis, sample.Elapsed);
            if (request is null)
            {
                return (_second is null ? null : _gate.Next(_second, sample.Elapsed)) ?? EscalateUnsynchronized(diagnosis, sample);
            }

            request = AskBesidesUnsynchronized(request);
        }

        // An alert that waited for its cooldown was decided long ago.
        return request with { Diagnosis = Diagnose() };
    }

    /// <summary>The baseline of a suspicion answers the question as well: one snapshot a suspicion.</summary>
    private AlertRequest AskBesidesUnsynchronized(AlertRequest request)
    {
        if (request is { Stage: AlertStage.Suspected, Problem: MemoryProblem.ManagedLeak })
        {
            if (_detector.KnowsPlaces)
            {
                return request with { HasBaseline = true };
            }

            if (_report!.WantsHolder)
            {
                _detector.AskForHolder();
            }
        }

        return request;
    }

    /// <summary>A confirmed problem speaks again as its limit comes nearer.</summary>
    private AlertRequest? EscalateUnsynchronized(MemoryDiagnosis diagnosis, in MemorySample sample)
    {
        double usage = MemoryUsage.Of(sample).Ratio ?? 0;
        return _gate.MayEscalate(diagnosis, sample.Elapsed, usage)
            ? _gate.Escalate(DiagnoseUnsynchronized(_detector.Renew(), settingsChanged: false), sample.Elapsed, usage)
            : null;
    }

    private MemoryDiagnosis DiagnoseUnsynchronized(TrendReport report, bool settingsChanged)
    {
        if (settingsChanged || !ReferenceEquals(report, _report))
        {
            _report = report;
            _diagnosis = MemoryTriage.Diagnose(report, _triage);
            _second = MemoryTriage.DiagnoseSecond(report, _triage);
        }

        return _diagnosis;
    }

    private bool TakeOverSettings()
    {
        if (Volatile.Read(ref _pending) is null || Interlocked.Exchange(ref _pending, null) is not { } settings)
        {
            return false;
        }

        _detector.Settings = settings.Trends;
        _triage = settings.Triage;
        _gate.Cooldown = settings.AlertCooldown;
        return true;
    }
}
