using System.Diagnostics;
using MemGuard.Costs;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>
/// Writes log entries on a thread of its own: a sink that blocks, is slow or throws never stops the sampling thread. The thread starts with the
/// first entry and ends when none has come for a while. Which levels the host wants is asked on the thread pool, for the same reason.
/// </summary>
/// <remarks>
/// Thread-safe. Bounded: while the sink is blocked, the newest entries are dropped and counted; and of each event only as many as the budget allows
/// are written, the next one saying how many were held back.
/// </remarks>
/// <param name="inner">The host's logger.</param>
/// <param name="onError">Called when the sink threw. Must not log.</param>
/// <param name="budget">How many entries of one event are written; null for all.</param>
internal sealed class BackgroundLogger(ILogger inner, Action onError, LogBudget? budget = null) : ILogger, IThreadPoolWorkItem
{
    private const int MaxWaiting = 256;
    private const int IdleMilliseconds = 10_000;

    /// <summary>How old an answer about the details may become: a level changed in the configuration holds after this time.</summary>
    private const int LevelsMilliseconds = 60_000;

    /// <summary>How often dropped entries are mentioned at most: the line must not become a flood of its own.</summary>
    private static readonly TimeSpan DroppedPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Guards all below, and is what the thread and <see cref="Flush"/> wait on.</summary>
    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = new();
    private bool _isRunning;
    private bool _isBusy;

    /// <summary>Whether the thread ends as soon as nothing waits.</summary>
    private bool _isEnding;
    private long _dropped;
    private long? _droppedSaidAt;

    /// <summary>The finest level that the host wants, as of the last answer.</summary>
    private volatile LogLevel _finest = LogLevel.Information;

    /// <summary>1 while the host is being asked: while it blocks, one thread of the pool waits for it and no more.</summary>
    private int _isAsking;

    /// <summary>When the last answer came; written by whoever asks, before it lets the next one ask.</summary>
    private long? _askedAt;

    /// <summary>From Information on always true: those entries are rare, and their own thread asks the host before it writes them.</summary>
    public bool IsEnabled(LogLevel logLevel)
    {
        if (logLevel is >= LogLevel.Information and not LogLevel.None)
        {
            return true;
        }

        AskLevels();
        return logLevel >= _finest && logLevel != LogLevel.None;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Enqueue(inner, logLevel, eventId, state, exception, formatter);

    /// <summary>A logger of another category that writes by way of the same thread.</summary>
    public ILogger With(ILogger other) => new Category(this, other);

    /// <summary>Waits until everything logged so far has reached the sink, or the time is up. From then on the thread ends when nothing waits.</summary>
    public bool Stop(TimeSpan timeout)
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        return Flush(timeout);
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

    void IThreadPoolWorkItem.Execute()
    {
        if (!Containment.TryRun(this, static self => self._finest = self.AskFinest(), out _))
        {
            Containment.Run(onError);
        }

        _askedAt = Stopwatch.GetTimestamp();
        Volatile.Write(ref _isAsking, 0);
    }

    private void Enqueue<TState>(ILogger target, LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        long heldBack = 0;
        if (budget is not null && logLevel >= LogLevel.Information && !IsBounded(eventId) && !budget.TryTake(eventId.Id, out heldBack))
        {
            return;
        }

        Func<TState, Exception?, string> format = LogBudget.Mention(formatter, heldBack);
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(() => Pass(target, logLevel, eventId, state, exception, format));
            StartUnsynchronized();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The alerts' own events, with the evidence that follows them, which the cooldown bounds, and the lines of collections, which sum themselves up: none of them is ever held back.</summary>
    private static bool IsBounded(EventId eventId) => eventId.Id is (>= 3000 and <= 3002) or 3006 or 4010 or 4011;

    private LogLevel AskFinest() =>
        inner.IsEnabled(LogLevel.Trace) ? LogLevel.Trace
        : inner.IsEnabled(LogLevel.Debug) ? LogLevel.Debug
        : LogLevel.Information;

    // Allocates nothing: it is called with every sample.
    private void AskLevels()
    {
        if (Interlocked.CompareExchange(ref _isAsking, 1, 0) != 0)
        {
            return;
        }

        if (_askedAt is long askedAt && Stopwatch.GetElapsedTime(askedAt).TotalMilliseconds < LevelsMilliseconds)
        {
            Volatile.Write(ref _isAsking, 0);
            return;
        }

        if (!Containment.TryRun(this, static self => ThreadPool.UnsafeQueueUserWorkItem(self, preferLocal: false), out _))
        {
            // Where no thread can be had nobody will answer: the next sample asks again.
            Volatile.Write(ref _isAsking, 0);
        }
    }

    private static void Pass<TState>(ILogger target, LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (target.IsEnabled(logLevel))
        {
            target.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private void StartUnsynchronized()
    {
        if (_isRunning)
        {
            return;
        }

        // Where no thread can be had the entry stays; the next one tries again.
        _isRunning = OwnThread.TryStart("MemGuard log", OwnCosts.OfProcess.Meter(CostPart.Logger, Work), _ => onError()) is not null;
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
                if ((_isEnding || !Monitor.Wait(_gate, IdleMilliseconds)) && _waiting.Count == 0)
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

    private sealed class Category(BackgroundLogger owner, ILogger target) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => owner.IsEnabled(logLevel);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Enqueue(target, logLevel, eventId, state, exception, formatter);
    }
}
