using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>
/// Writes log entries on a thread of its own: a sink that blocks, is slow or throws never stops the sampling thread. The thread starts with the
/// first entry and ends when none has come for a while.
/// </summary>
/// <remarks>Thread-safe. Bounded: while the sink is blocked, the newest entries are dropped and counted.</remarks>
/// <param name="inner">The host's logger.</param>
/// <param name="onError">Told that the sink threw. Must not log.</param>
internal sealed class BackgroundLogger(ILogger inner, Action onError) : ILogger
{
    private const int MaxWaiting = 256;
    private const int IdleMilliseconds = 10_000;

    /// <summary>How often dropped entries are mentioned at most: the line must not become a flood of its own.</summary>
    private static readonly TimeSpan DroppedPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Guards all below, and is what the thread and <see cref="Flush"/> wait on.</summary>
    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = new();
    private bool _isRunning;
    private bool _isBusy;
    private long _dropped;
    private long? _droppedSaidAt;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            onError();
            return false;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(() => inner.Log(logLevel, eventId, state, exception, formatter));
            StartUnsynchronized();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything logged so far has reached the sink, or the time is up.</summary>
    public bool Flush(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_isRunning && (_isBusy || _waiting.Count > 0))
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

    private void StartUnsynchronized()
    {
        if (_isRunning)
        {
            return;
        }

        // Where no thread can be had the entry stays; the next one tries again.
        _isRunning = OwnThread.TryStart("MemGuard log", Work, _ => onError()) is not null;
    }

    /// <returns>False when nothing has come for a while.</returns>
    private bool Work()
    {
        if (!TryTake(out Action? write, out long dropped))
        {
            return false;
        }

        Write(write);
        if (dropped > 0)
        {
            Write(() => MemGuard.Log.EntriesDropped(inner, dropped));
        }

        return true;
    }

    private void Write(Action write)
    {
        if (!Containment.TryRun(write, static run => run(), out _))
        {
            Containment.Run(onError);
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Action? write, out long dropped)
    {
        lock (_gate)
        {
            _isBusy = false;
            Monitor.PulseAll(_gate);
            while (_waiting.Count == 0)
            {
                if (!Monitor.Wait(_gate, IdleMilliseconds) && _waiting.Count == 0)
                {
                    // Decided under the lock: an entry after this starts a new thread.
                    _isRunning = false;
                    write = null;
                    dropped = 0;
                    return false;
                }
            }

            write = _waiting.Dequeue();
            dropped = TakeDroppedUnsynchronized();
            return _isBusy = true;
        }
    }

    private long TakeDroppedUnsynchronized()
    {
        if (_dropped == 0 || (_droppedSaidAt is long saidAt && Stopwatch.GetElapsedTime(saidAt) < DroppedPeriod))
        {
            return 0;
        }

        _droppedSaidAt = Stopwatch.GetTimestamp();
        long dropped = _dropped;
        _dropped = 0;
        return dropped;
    }
}
