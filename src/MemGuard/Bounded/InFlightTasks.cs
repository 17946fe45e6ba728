using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>
/// Keeps account of background tasks that nobody awaits: no more than allowed, none forgotten, failures observed, stuck ones named with the place that started them.
/// </summary>
/// <remarks>Thread-safe. Dispose it, as a singleton of the host does, and it drains: see <see cref="DrainAsync"/>.</remarks>
public sealed class InFlightTasks : IAsyncDisposable, IBoundedStructure, ITickTarget
{
    private const int MaxPooled = 256;
    private const int MaxWarningsPerMinute = 6;

    private readonly string _name;
    private readonly int _capacity;
    private readonly InFlightFullMode _fullMode;
    private readonly TimeSpan _stuckAfter;
    private readonly TimeSpan _drainTimeout;
    private readonly ILogger? _logger;
    private readonly TimeProvider _timeProvider;

    /// <summary>One for each task that may be under way.</summary>
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "What is still under way after the drain uses it; it holds no handle.")]
    private readonly SemaphoreSlim _slots;

    /// <summary>Cancelled when a drain runs out of time.</summary>
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "What is still under way after the drain uses it; it holds no handle.")]
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Guards everything below.</summary>
    private readonly Lock _gate = new();

    private InFlightTask? _oldest;
    private InFlightTask? _youngest;
    private InFlightTask? _pool;
    private int _pooled;
    private int _count;
    private bool _isDraining;
    private bool _isTicking;

    /// <summary>Completed when nothing is under way; null while nobody drains.</summary>
    private TaskCompletionSource? _drained;
    private long _totalStarted;
    private long _totalSucceeded;
    private long _totalFailed;
    private long _totalCanceled;
    private long _totalRejected;
    private long _totalStuck;
    private long _warningWindowStart;
    private int _warningsInWindow;

    /// <summary>Creates an empty account and registers it, weakly, with <see cref="BoundedStructures"/>.</summary>
    /// <param name="options">The bounds; read once.</param>
    /// <param name="timeProvider">The clock of ages; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public InFlightTasks(InFlightTasksOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _name = options.Name;
        _capacity = options.Capacity;
        _fullMode = options.FullMode;
        _stuckAfter = options.StuckAfter;
        _drainTimeout = options.DrainTimeout;
        _logger = options.Logger;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _slots = new SemaphoreSlim(_capacity, _capacity);
        BoundedStructures.Register(this, options.Name);
    }

    /// <summary>Tasks under way now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    TimeSpan ITickTarget.TickPeriod => TimeSpan.FromSeconds(1);

    /// <summary>Starts work when there is room for it. Returns once it is started, not when it has ended.</summary>
    /// <param name="work">The work. Its token is cancelled when a drain runs out of time. What it throws is observed, counted and logged.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <param name="member">Filled in by the compiler: the origin in warnings.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>False when it was not started: full in <see cref="InFlightFullMode.Reject"/>, or draining.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before there was room.</exception>
    [SuppressMessage("Design", "CA1068:CancellationToken parameters must come last", Justification = "The compiler fills in what follows it.")]
    public async ValueTask<bool> RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken = default, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!await TakeSlotAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (!TryBegin(member, line, out InFlightTask? entry))
        {
            return false;
        }

        Task task;
        try
        {
            task = work(_stop.Token) ?? Task.CompletedTask;
        }
        catch (Exception exception)
        {
            // As if it had thrown a moment later, after its first await.
            task = Task.FromException(exception);
        }

        Watch(entry, task);
        return true;
    }

    /// <summary>Takes in a task that is already running. Never waits.</summary>
    /// <param name="task">The task. Its exception is observed even when it is refused.</param>
    /// <param name="member">Filled in by the compiler: the origin in warnings.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>False when it is not tracked, because the bound is reached or a drain is under way.</returns>
    public bool TryTrack(Task task, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!_slots.Wait(0))
        {
            CountRejected();
        }
        else if (TryBegin(member, line, out InFlightTask? entry))
        {
            Watch(entry, task);
            return true;
        }

        _ = task.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return false;
    }

    /// <summary>Takes in nothing more and waits until everything has ended; at the deadline it cancels what is left and returns.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait early, as the deadline does.</param>
    /// <returns>How many were still under way at the deadline; 0 when all had ended.</returns>
    public async Task<int> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Task drained;
        lock (_gate)
        {
            _isDraining = true;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0)
            {
                _drained.TrySetResult();
            }

            drained = _drained.Task;
        }

        await drained.WaitAsync(timeout, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int left = Count;
        if (left > 0)
        {
            await CancelLeftAsync(left).ConfigureAwait(false);
        }

        return left;
    }

    /// <summary>Drains within <see cref="InFlightTasksOptions.DrainTimeout"/>.</summary>
    public async ValueTask DisposeAsync() => await DrainAsync(_drainTimeout).ConfigureAwait(false);

    /// <summary>Reads all counters at one moment.</summary>
    public InFlightTasksStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new InFlightTasksStatistics
            {
                CurrentCount = _count,
                TotalStarted = _totalStarted,
                TotalSucceeded = _totalSucceeded,
                TotalFailed = _totalFailed,
                TotalCanceled = _totalCanceled,
                TotalRejected = _totalRejected,
                TotalStuck = _totalStuck,
                OldestAge = GetOldestAgeUnsynchronized(),
                OldestOrigin = _oldest is null ? null : Describe(_oldest),
            };
        }
    }

    BoundedStructureUsage IBoundedStructure.GetUsage()
    {
        lock (_gate)
        {
            return new BoundedStructureUsage(_name, "in_flight_tasks", _count)
            {
                Capacity = _capacity,
                TotalEvictions = _totalRejected,
                OldestAge = GetOldestAgeUnsynchronized(),
            };
        }
    }

    void IBoundedStructure.OnPressure(double ratio)
    {
    }

    bool ITickTarget.Tick(long nowMilliseconds)
    {
        List<(string Origin, TimeSpan Age)>? stuck = null;
        lock (_gate)
        {
            for (InFlightTask? entry = _oldest; entry is not null && nowMilliseconds - entry.StartedMilliseconds >= _stuckAfter.TotalMilliseconds; entry = entry.Next)
            {
                if (!entry.IsReported)
                {
                    entry.IsReported = true;
                    _totalStuck++;
                    if (TakeWarningUnsynchronized(nowMilliseconds))
                    {
                        (stuck ??= []).Add((Describe(entry), TimeSpan.FromMilliseconds(nowMilliseconds - entry.StartedMilliseconds)));
                    }
                }
            }

            _isTicking = _count > 0;
            if (!_isTicking)
            {
                return false;
            }
        }

        stuck?.ForEach(entry => Warn(logger => Log.TaskStuck(logger, entry.Origin, _name, entry.Age)));
        return true;
    }

    internal void OnEnded(InFlightTask entry)
    {
        Task task = entry.Task!;
        // Observed, or the finalizer would raise it as an unobserved exception.
        Exception? failure = task.Exception?.InnerException;
        string? origin = null;
        TaskCompletionSource? drained = null;
        lock (_gate)
        {
            UnlinkUnsynchronized(entry);
            _totalSucceeded += task.IsCompletedSuccessfully ? 1 : 0;
            _totalCanceled += task.IsCanceled ? 1 : 0;
            if (failure is not null)
            {
                _totalFailed++;
                origin = TakeWarningUnsynchronized(SharedTicker.GetMilliseconds(_timeProvider)) ? Describe(entry) : null;
            }

            drained = _count == 0 ? _drained : null;
            ReturnUnsynchronized(entry);
        }

        _slots.Release();
        drained?.TrySetResult();
        if (origin is not null)
        {
            Warn(logger => Log.TaskFailed(logger, failure!, origin, _name));
        }
    }

    private static string Describe(InFlightTask entry) => $"{entry.Member}, line {entry.Line}";

    private async ValueTask<bool> TakeSlotAsync(CancellationToken cancellationToken)
    {
        if (_fullMode == InFlightFullMode.Reject)
        {
            bool isFree = _slots.Wait(0, CancellationToken.None);
            if (!isFree)
            {
                CountRejected();
            }

            return isFree;
        }

        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void CountRejected()
    {
        lock (_gate)
        {
            _totalRejected++;
        }
    }

    // The slot is taken; it goes back here when a drain has begun.
    private bool TryBegin(string member, int line, [NotNullWhen(true)] out InFlightTask? entry)
    {
        bool startsTicking = false;
        lock (_gate)
        {
            entry = null;
            if (_isDraining)
            {
                _totalRejected++;
            }
            else
            {
                entry = RentUnsynchronized();
                entry.Member = member;
                entry.Line = line;
                entry.StartedMilliseconds = SharedTicker.GetMilliseconds(_timeProvider);
                LinkUnsynchronized(entry);
                startsTicking = !_isTicking && _stuckAfter != Timeout.InfiniteTimeSpan;
                _isTicking |= startsTicking;
            }
        }

        if (entry is null)
        {
            _slots.Release();
            return false;
        }

        if (startsTicking)
        {
            SharedTicker.Add(this, _timeProvider);
        }

        return true;
    }

    private static void Watch(InFlightTask entry, Task task)
    {
        entry.Task = task;
        if (task.IsCompleted)
        {
            entry.Ended();
        }
        else
        {
            // Runs where the task ends: a few instructions under a lock.
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(entry.Ended);
        }
    }

    private InFlightTask RentUnsynchronized()
    {
        if (_pool is not InFlightTask entry)
        {
            return new InFlightTask(this);
        }

        _pool = entry.Next;
        _pooled--;
        entry.Next = null;
        return entry;
    }

    private void ReturnUnsynchronized(InFlightTask entry)
    {
        entry.Task = null;
        entry.IsReported = false;
        if (_pooled < MaxPooled)
        {
            entry.Next = _pool;
            _pool = entry;
            _pooled++;
        }
    }

    private void LinkUnsynchronized(InFlightTask entry)
    {
        entry.Previous = _youngest;
        if (_youngest is null)
        {
            _oldest = entry;
        }
        else
        {
            _youngest.Next = entry;
        }

        _youngest = entry;
        _count++;
        _totalStarted++;
    }

    private void UnlinkUnsynchronized(InFlightTask entry)
    {
        if (entry.Previous is null)
        {
            _oldest = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            _youngest = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Previous = null;
        entry.Next = null;
        _count--;
    }

    private TimeSpan? GetOldestAgeUnsynchronized() =>
        _oldest is null ? null : TimeSpan.FromMilliseconds(SharedTicker.GetMilliseconds(_timeProvider) - _oldest.StartedMilliseconds);

    private bool TakeWarningUnsynchronized(long now)
    {
        if (now - _warningWindowStart >= 60_000)
        {
            _warningWindowStart = now;
            _warningsInWindow = 0;
        }

        return _logger is not null && ++_warningsInWindow <= MaxWarningsPerMinute;
    }

    private async Task CancelLeftAsync(int left)
    {
        string? origin = GetStatistics().OldestOrigin;
        Warn(logger => Log.DrainIncomplete(logger, left, _name, origin ?? "nowhere"));
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException)
        {
            // Callbacks that the work registered are the work's.
        }
    }

    private void Warn(Action<ILogger> log)
    {
        try
        {
            if (_logger is not null)
            {
                log(_logger);
            }
        }
        catch (Exception)
        {
            // A broken log sink must not break the task that happened to end here.
        }
    }
}
