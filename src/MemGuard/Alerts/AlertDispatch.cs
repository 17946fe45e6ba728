using System.Diagnostics;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;

namespace MemGuard.Alerts;

/// <summary>What becomes of one request: gathers the evidence within its time, writes the line, tells the handlers.</summary>
/// <remarks>For one thread, the queue's. Collectors and handlers are the user's: each is called by itself, with a time limit.</remarks>
internal sealed class AlertDispatch
{
    /// <summary>From this share of its limit on, what holds the heap is why it is collected.</summary>
    private const double FullHeapRatio = 0.8;

    private readonly AlertSettings _settings;
    private readonly List<(IEvidenceCollector Collector, ContainedCall Call)> _collectors = [];
    private readonly List<(IMemoryAlertHandler Handler, ContainedCall Call)> _handlers = [];
    private readonly LogAlertHandler _log;
    private readonly ILogger _logger;
    private readonly InternalFaults _faults;

    public AlertDispatch(
        AlertSettings settings,
        IEnumerable<IEvidenceCollector> collectors,
        IEnumerable<IMemoryAlertHandler> handlers,
        ILogger logger,
        InternalFaults faults)
    {
        _settings = settings;
        _logger = logger;
        _log = new LogAlertHandler(logger);
        _faults = faults;
        foreach (IEvidenceCollector collector in collectors)
        {
            _collectors.Add((collector, new ContainedCall(collector.GetType().Name, faults.ReportPart, OnEvidenceTimeout)));
        }

        foreach (IMemoryAlertHandler handler in handlers)
        {
            _handlers.Add((handler, new ContainedCall(handler.GetType().Name, faults.Report, OnHandlerTimeout)));
        }
    }

    /// <summary>Called with each alert, before it is written and the user's handlers hear of it.</summary>
    public Action<MemoryAlert>? AlertWritten { get; init; }

    /// <summary>Called with evidence that came after its alert, before it is written.</summary>
    public Action<MemoryAlert>? EvidenceFollowed { get; init; }

    /// <summary>Called with what the collectors said of a growth that is only suspected, on any thread.</summary>
    public Action<AlertRequest, EvidenceResult>? BaselineTaken { get; init; }

    /// <summary>Takes back a request whose evidence came late, to dispatch it in its turn; null where late evidence is dropped.</summary>
    public Action<AlertRequest>? PostLate { get; init; }

    /// <summary>Waits until the line has reached the log, for the given time at most; null where writing waits by itself.</summary>
    public Func<TimeSpan, bool>? WaitForLog { get; init; }

    /// <summary>Handles one request. What it calls may throw and hang; this does neither.</summary>
    /// <param name="request">The news.</param>
    /// <param name="stopping">Signalled at shutdown.</param>
    public void Dispatch(AlertRequest request, CancellationToken stopping)
    {
        if (request.LateEvidence is { } late)
        {
            Follow(request.ToAlert(late, _settings.Links), stopping);
            return;
        }

        if (request.IsQuestion)
        {
            TakeBaseline(request, stopping);
            return;
        }

        // Only a confirmed alert waits for evidence: a suspicion is written at once, then its baseline is taken.
        EvidenceResult evidence = request.Stage == AlertStage.Confirmed ? Gather(request, EvidencePurpose.Suspect, stopping) : EvidenceResult.Empty;
        MemoryAlert alert = request.ToAlert(evidence, _settings.Links);
        Write(alert);
        foreach ((IMemoryAlertHandler handler, ContainedCall call) in _handlers)
        {
            call.TryRun(token => Handle(handler, alert, token), _settings.HandlerTimeout, stopping, out _);
        }

        if (request.Stage == AlertStage.Suspected && !request.HasBaseline)
        {
            TakeBaseline(request, stopping);
        }
    }

    /// <summary>Says that requests were dropped.</summary>
    public void ReportDropped(long dropped) => Log.AlertsDropped(_logger, dropped);

    private void Write(MemoryAlert alert)
    {
        // Each by itself: a logger that throws must not keep the alert from the handlers, nor one that blocks for longer than a handler may.
        _faults.Run("counting alerts", () => AlertWritten?.Invoke(alert));
        _faults.Run("the logger", () => _log.Handle(alert));
        _faults.Run("the logger", () => WaitForLog?.Invoke(_settings.HandlerTimeout));
    }

    private void TakeBaseline(AlertRequest request, CancellationToken stopping) =>
        Tell(request, Gather(request, EvidencePurpose.Baseline, stopping));

    private void Tell(AlertRequest request, EvidenceResult baseline) =>
        _faults.Run("the pipeline", () => BaselineTaken?.Invoke(request, baseline));

    private void Follow(MemoryAlert evidence, CancellationToken stopping)
    {
        _faults.Run("counting alerts", () => EvidenceFollowed?.Invoke(evidence));
        _faults.Run("the logger", () => _log.HandleEvidence(evidence));
        foreach ((IMemoryAlertHandler handler, ContainedCall call) in _handlers)
        {
            call.TryRun(token => HandleEvidence(handler, evidence, token), _settings.HandlerTimeout, stopping, out _);
        }
    }

    private EvidenceResult Gather(AlertRequest request, EvidencePurpose purpose, CancellationToken stopping)
    {
        if (_settings.EvidenceTimeout == TimeSpan.Zero)
        {
            return EvidenceResult.None("MemGuard:EvidenceTimeout is 0");
        }

        EvidenceRequest evidence = new() { Diagnosis = request.Diagnosis, Purpose = purpose };
        List<EvidenceResult> results = [];
        long start = Stopwatch.GetTimestamp();
        foreach ((IEvidenceCollector collector, ContainedCall call) in _collectors)
        {
            if (!_faults.MayRun(call.Name))
            {
                results.Add(EvidenceResult.None($"{call.Name} is switched off because it keeps failing"));
                continue;
            }

            // One bound for all of them: the alert itself is more urgent than the last of the evidence.
            TimeSpan left = _settings.EvidenceTimeout - Stopwatch.GetElapsedTime(start);
            bool hasAnswered = call.TryRun(token => collector.CollectAsync(evidence, token), left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping, out EvidenceResult? found, late => OnLate(request, late));

            if (hasAnswered)
            {
                _faults.NoteSuccess(call.Name);
            }

            // An evidence collector of the user's may return null, whatever its signature says.
            results.Add(hasAnswered ? found ?? EvidenceResult.Empty : EvidenceResult.None($"{call.Name} {call.Failure}"));
        }

        return Merge(request.Diagnosis, results);
    }

    // On any thread.
    private void OnLate(AlertRequest request, EvidenceResult? found)
    {
        EvidenceResult whole = Merge(request.Diagnosis, [found ?? EvidenceResult.Empty]);
        if (request.Stage == AlertStage.Suspected)
        {
            Tell(request, whole);
        }
        else if (request.Stage == AlertStage.Confirmed && (whole.Suspects.Count > 0 || whole.NoneBecause is not null))
        {
            PostLate?.Invoke(request with { LateEvidence = whole });
        }
    }

    private static EvidenceResult Merge(MemoryDiagnosis diagnosis, List<EvidenceResult> results)
    {
        // Measured bytes first; otherwise in the collectors' own order. A heap that is far from full is not collected because of what holds it.
        bool isHeld = diagnosis.Problem != MemoryProblem.GCThrash || MemoryUsage.Of(diagnosis.Sample).HeapLimitRatio >= FullHeapRatio;
        List<LeakSuspect> suspects = [.. results.SelectMany(static result => Whole(result.Suspects)).OrderByDescending(suspect => isHeld && suspect.RetainedBytes is not null)];
        string because = string.Join("; ", results.Select(static result => result.NoneBecause).Where(static reason => !string.IsNullOrEmpty(reason)));
        return new EvidenceResult
        {
            Suspects = suspects,
            Notes = [.. results.SelectMany(static result => Whole(result.Notes))],
            Files = [.. results.SelectMany(static result => Whole(result.Files))],
            NoneBecause = suspects.Count > 0 || because.Length == 0 ? null : because,
        };
    }

    // Lists may be null or hold nulls, whatever their signatures say.
    private static IEnumerable<T> Whole<T>(IReadOnlyList<T>? items)
        where T : class =>
        (items ?? []).Where(static item => item is not null);

    private static async ValueTask<bool> Handle(IMemoryAlertHandler handler, MemoryAlert alert, CancellationToken cancellationToken)
    {
        await handler.HandleAsync(alert, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async ValueTask<bool> HandleEvidence(IMemoryAlertHandler handler, MemoryAlert evidence, CancellationToken cancellationToken)
    {
        await handler.HandleEvidenceAsync(evidence, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void OnEvidenceTimeout(string name) =>
        _faults.Run("the logger", () => Log.EvidenceTimedOut(_logger, VisibleText.OfName(name), _settings.EvidenceTimeout.TotalSeconds));

    private void OnHandlerTimeout(string name) =>
        _faults.Run("the logger", () => Log.HandlerTimedOut(_logger, VisibleText.OfName(name), _settings.HandlerTimeout.TotalSeconds));
}
