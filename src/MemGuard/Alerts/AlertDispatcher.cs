using System.Diagnostics;
using MemGuard.Evidence;
using Microsoft.Extensions.Logging;

namespace MemGuard.Alerts;

/// <summary>
/// Takes alert requests from the sampling thread and, on a thread of its own, gathers evidence, writes the line and tells the handlers.
/// </summary>
/// <remarks>
/// The line is written on that thread: the pool may be starved when the alert matters most. Collectors and handlers run on the pool, each within
/// its time limit; under a starved pool a confirmed line therefore comes late by the evidence limit at the most. The thread starts with the first alert.
/// </remarks>
internal sealed class AlertDispatcher : IDisposable
{
    // Alerts are rare: more than this many waiting means that a handler hangs.
    private const int MaxWaiting = 32;

    private readonly AlertSettings _settings;
    private readonly ILogger _logger;
    private readonly Action<string, Exception> _onError;
    private readonly LogAlertHandler _log;
    private readonly List<(IEvidenceCollector Collector, ContainedCall Call)> _collectors = [];
    private readonly List<(IMemoryAlertHandler Handler, ContainedCall Call)> _handlers = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stoppingToken;

    // Guards the fields below and is pulsed when one of them changes.
    private readonly object _gate = new();
    private readonly Queue<AlertRequest> _waiting = [];
    private Thread? _worker;
    private bool _busy;
    private bool _isStopping;

    private long _dropped;

    public AlertDispatcher(
        AlertSettings settings,
        IEnumerable<IEvidenceCollector> collectors,
        IEnumerable<IMemoryAlertHandler> handlers,
        ILogger logger,
        Action<string, Exception> onError)
    {
        _stoppingToken = _stopping.Token;
        _settings = settings;
        _logger = logger;
        _onError = onError;
        _log = new LogAlertHandler(logger);
        foreach (IEvidenceCollector collector in collectors)
        {
            _collectors.Add((collector, new ContainedCall(collector.GetType().Name, ReportContained, OnEvidenceTimeout)));
        }

        foreach (IMemoryAlertHandler handler in handlers)
        {
            _handlers.Add((handler, new ContainedCall(handler.GetType().Name, ReportContained, OnHandlerTimeout)));
        }
    }

    /// <summary>Called with each alert, before it is written and the user's handlers hear of it.</summary>
    public Action<MemoryAlert>? AlertWritten { get; init; }

    /// <summary>Hands a request to the worker. Never blocks; when the worker is far behind the oldest request is dropped and counted.</summary>
    public void Post(AlertRequest request)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            if (_waiting.Count == MaxWaiting)
            {
                _waiting.Dequeue();
                _dropped++;
            }

            _waiting.Enqueue(request);
            try
            {
                _worker ??= StartWorker();
            }
            catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
            {
                // The request stays; the next one tries again.
                ReportContained("starting the alert worker", exception);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything posted so far has been handled, or the time is up.</summary>
    public bool WaitUntilIdle(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_busy || _waiting.Count > 0)
            {
                TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public void Dispose()
    {
        Thread? worker;
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
            worker = _worker;
        }

        // On the pool and observed: callbacks that users registered on the token must neither hold up nor break the shutdown.
        _stopping.CancelAsync().ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

        // A handler that ignores its token must not hold up the host's shutdown; the thread is a background thread.
        worker?.Join(TimeSpan.FromSeconds(2));
    }

    private Thread StartWorker()
    {
        Thread worker = new(Work) { IsBackground = true, Name = "MemGuard alerts" };
        worker.Start();
        return worker;
    }

    private void Work()
    {
        while (TakeNext(out AlertRequest? request, out long dropped))
        {
            try
            {
                if (dropped > 0)
                {
                    Contain("the logger", () => Log.AlertsDropped(_logger, dropped));
                }

                Dispatch(request);
            }
            catch (Exception exception)
            {
                ReportContained("alert dispatcher", exception);
            }
        }
    }

    private bool TakeNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AlertRequest? request, out long dropped)
    {
        lock (_gate)
        {
            _busy = false;
            Monitor.PulseAll(_gate);
            while (_waiting.Count == 0 && !_isStopping)
            {
                Monitor.Wait(_gate);
            }

            dropped = _dropped;
            _dropped = 0;
            _busy = _waiting.TryDequeue(out request);
            return _busy;
        }
    }

    private void Dispatch(AlertRequest request)
    {
        // Only a confirmed alert waits for evidence: a suspicion is written at once, then its baseline is taken.
        IReadOnlyList<LeakSuspect> suspects = request.Stage == AlertStage.Confirmed ? Gather(request, EvidencePurpose.Culprit) : [];
        MemoryAlert alert = request.ToAlert(suspects);
        Write(alert);
        foreach ((IMemoryAlertHandler handler, ContainedCall call) in _handlers)
        {
            call.TryRun(token => Handle(handler, alert, token), _settings.HandlerTimeout, _stoppingToken, out _);
        }

        if (request.Stage == AlertStage.Suspected)
        {
            Gather(request, EvidencePurpose.Baseline);
        }
    }

    private void Write(MemoryAlert alert)
    {
        // Each by itself: a logger that throws must not keep the alert from the handlers.
        Contain("counting alerts", () => AlertWritten?.Invoke(alert));
        Contain("the logger", () => _log.Handle(alert));
    }

    private List<LeakSuspect> Gather(AlertRequest request, EvidencePurpose purpose)
    {
        EvidenceRequest evidence = new(request.Diagnosis, purpose);
        List<LeakSuspect> suspects = [];
        long start = Stopwatch.GetTimestamp();
        foreach ((IEvidenceCollector collector, ContainedCall call) in _collectors)
        {
            // One bound for all of them: the alert itself is more urgent than the last collector's evidence.
            TimeSpan left = _settings.EvidenceTimeout - Stopwatch.GetElapsedTime(start);
            if (call.TryRun(token => collector.CollectAsync(evidence, token), left > TimeSpan.Zero ? left : TimeSpan.Zero, _stoppingToken, out IReadOnlyList<LeakSuspect>? found))
            {
                // A user's collector may return null, or nulls, whatever its signature says.
                suspects.AddRange((found ?? []).Where(static suspect => suspect is not null));
            }
        }

        // Measured bytes first; otherwise in the collectors' own order.
        return [.. suspects.OrderByDescending(static suspect => suspect.RetainedBytes is not null)];
    }

    private static async ValueTask<bool> Handle(IMemoryAlertHandler handler, MemoryAlert alert, CancellationToken cancellationToken)
    {
        await handler.HandleAsync(alert, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void OnEvidenceTimeout(string name) =>
        Contain("the logger", () => Log.EvidenceTimedOut(_logger, name, _settings.EvidenceTimeout.TotalSeconds));

    private void OnHandlerTimeout(string name) =>
        Contain("the logger", () => Log.HandlerTimedOut(_logger, name, _settings.HandlerTimeout.TotalSeconds));

    private void Contain(string component, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            ReportContained(component, exception);
        }
    }

    // The logger itself may be what throws.
    private void ReportContained(string component, Exception exception)
    {
        try
        {
            _onError(component, exception);
        }
        catch (Exception)
        {
            // Nothing is left to tell it to.
        }
    }
}
