using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using MemGuard.Costs;
using MemGuard.Faults;

namespace MemGuard.Alerts;

/// <summary>Hands alert requests to a thread of its own, one after the other: whoever posts never waits.</summary>
/// <remarks>Thread-safe. Bounded: when the thread is far behind, the oldest request is dropped and counted.</remarks>
/// <param name="handle">Handles one request on the thread; the token is signalled at shutdown.</param>
/// <param name="onDropped">Called, on the thread, with how many requests were dropped since its last call.</param>
/// <param name="faults">Hears of what either of them throws.</param>
internal sealed class AlertQueue(Action<AlertRequest, CancellationToken> handle, Action<long> onDropped, InternalFaults faults) : IDisposable
{
    private const int MaxWaiting = 64;
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);

    /// <summary>Guards all below, and is what the thread and <see cref="WaitUntilIdle"/> wait on.</summary>
    private readonly object _gate = new();
    private readonly Queue<AlertRequest> _waiting = new();

    // Not disposed: an evidence collector or handler that was left behind may still hold its token. It has no timer, so nothing leaks.
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Null before the first request.</summary>
    private Thread? _worker;
    private long _dropped;
    private bool _isBusy;
    private bool _isStopping;

    /// <summary>Whether requests wait for a thread that could not be had.</summary>
    private volatile bool _needsThread;

    /// <summary>Hands a request to the thread. Never blocks.</summary>
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

            StartUnsynchronized();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Tries again to have a thread where requests wait because none could be had. Cheap: called with every sample.</summary>
    public void Retry()
    {
        if (!_needsThread)
        {
            return;
        }

        lock (_gate)
        {
            if (!_isStopping)
            {
                StartUnsynchronized();
            }
        }
    }

    /// <summary>Waits until everything posted so far has been handled, or the time is up.</summary>
    public bool WaitUntilIdle(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_isBusy || _waiting.Count > 0)
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

    /// <summary>Ends the thread after the request that it is in, and waits at most 2 seconds for that; what waits is given up.</summary>
    public void Dispose() => Stop(LongestStop);

    /// <summary>Ends the thread after the request that it is in; what waits is given up.</summary>
    /// <param name="longest">The longest that this waits for the request.</param>
    public void Stop(TimeSpan longest)
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
        worker?.Join(longest);
    }

    private void StartUnsynchronized()
    {
        // That none can be had is said once, and not with every sample that tries again.
        bool isRetry = _needsThread;
        _worker ??= OwnThread.TryStart("MemGuard alerts", OwnCosts.OfProcess.Meter(CostPart.Alerts, Work), failure => Report(failure, isSaid: isRetry && _worker is null));
        _needsThread = _worker is null;
    }

    private void Report(Exception failure, bool isSaid)
    {
        if (!isSaid)
        {
            faults.Report("the alert thread", failure);
        }
    }

    /// <returns>False when the queue is stopping.</returns>
    private bool Work()
    {
        if (!TryTake(out AlertRequest? request, out long dropped))
        {
            return false;
        }

        if (dropped > 0)
        {
            faults.Run("the logger", () => onDropped(dropped));
        }

        faults.Run("alert dispatcher", () => handle(request, _stopping.Token));
        return true;
    }

    private bool TryTake([NotNullWhen(true)] out AlertRequest? request, out long dropped)
    {
        lock (_gate)
        {
            _isBusy = false;
            Monitor.PulseAll(_gate);
            while (_waiting.Count == 0 && !_isStopping)
            {
                Monitor.Wait(_gate);
            }

            dropped = _dropped;
            _dropped = 0;
            _isBusy = _waiting.TryDequeue(out request);
            return _isBusy;
        }
    }
}
