using MemGuard.Alerts;
using MemGuard.Sampling;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>The way of every sample: history, trends, diagnosis, gate, alert request. It has no thread and no clock of its own.</summary>
/// <remarks>One thread calls <see cref="Process"/>; <see cref="Diagnosis"/> may be read from any.</remarks>
internal sealed class MemoryPipeline
{
    private readonly SampleHistory _history;
    private readonly TrendDetector _detector;
    private readonly AlertGate _gate;
    private readonly Action<double>? _setPressure;
    private TriageSettings _triage;
    private TrendReport? _report;
    private volatile MemoryDiagnosis _diagnosis = new(MemoryProblem.None, "no sample yet", "Wait for the first sample", default, []);

    // New settings from a configuration change on another thread; the sampling thread takes them over with its next sample.
    private PipelineSettings? _pending;

    /// <param name="history">Where the samples are kept.</param>
    /// <param name="settings">Settings of the stages.</param>
    /// <param name="setPressure">Told the memory pressure, 0–1, with every sample; null in a replay.</param>
    public MemoryPipeline(SampleHistory history, PipelineSettings settings, Action<double>? setPressure)
    {
        _history = history;
        _detector = new TrendDetector(settings.Trends);
        _triage = settings.Triage;
        _gate = new AlertGate(settings.AlertCooldown);
        _setPressure = setPressure;
    }

    public MemoryDiagnosis Diagnosis => _diagnosis;

    /// <summary>Whether the detector would like a full collection, to confirm or withdraw a suspicion.</summary>
    public bool WantsFullCollection => _report?.WantsFullCollection ?? false;

    public void Update(PipelineSettings settings) => Volatile.Write(ref _pending, settings);

    public AlertRequest? Process(in MemorySample sample)
    {
        bool changed = TakeOverSettings();
        _history.Add(sample);
        TrendReport report = _detector.Observe(sample);
        if (changed || !ReferenceEquals(report, _report))
        {
            _report = report;
            _diagnosis = MemoryTriage.Diagnose(report, _triage);
        }

        _setPressure?.Invoke(MemoryPressure.Ratio(sample));
        return _gate.Next(_diagnosis, sample.Elapsed);
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
