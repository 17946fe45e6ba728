using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>
/// Keeps account of background tasks that nobody awaits: no more than allowed, none forgotten, failures observed, stuck ones named with the code that started them.
/// </summary>
/// <remarks>Thread-safe. Dispose it, as a singleton of the host does, and it drains: see <see cref="DrainAsync"/>.</remarks>
public sealed partial class InFlightTasks : IAsyncDisposable, IBoundedStructure
{
    private readonly string _name;
    private readonly int _capacity;
    private readonly InFlightFullMode _fullMode;
    private readonly TimeSpan _stuckAfter;
    private readonly TimeSpan _drainTimeout;
    private readonly ILogger? _logger;
    private readonly TimeProvider _timeProvider;

    /// <summary>Guards everything below.</summary>
    private readonly Lock _gate = new();

    private readonly InFlightList _underWay;
    private long _totalStarted;
    private long _totalSucceeded;
    private long _totalFailed;
    private long _totalCanceled;
    private long _totalRejected;

    /// <summary>Cancelled when a drain runs out of time.</summary>
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "What is still under way after the drain uses it; it holds no handle.")]
    private readonly CancellationTokenSource _stop = new();

    private bool _isDraining;

    /// <summary>Completed when nothing is under way; null while nobody drains.</summary>
    private TaskCompletionSource? _drained;

    private readonly WarningBudget _warnings = new(MaxWarningsPerMinute);
    private bool _isTicking;
    private long _totalStuck;

    /// <summary>Not empty only while no more may be under way.</summary>
    private readonly LinkedList<InFlightWaiter> _waiters = [];

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
        _underWay = new InFlightList(OnEnded);
        BoundedStructures.Register(this, options.Name);
    }

    /// <summary>Tasks under way now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _underWay.Count;
            }
        }
    }

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
        cancellationToken.ThrowIfCancellationRequested();
        InFlightTask? entry = Begin(member, line, waits: _fullMode == InFlightFullMode.Wait, out InFlightWaiter? waiter);
        if (waiter is not null)
        {
            entry = await WaitForRoomAsync(waiter, cancellationToken).ConfigureAwait(false);
        }

        if (entry is null)
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
        if (Begin(member, line, waits: false, out _) is { } entry)
        {
            Watch(entry, task);
            return true;
        }

        // Unsafe: a task that runs for hours must not keep the context of whoever offered it.
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => _ = task.Exception);
        return false;
    }

    /// <summary>Reads all counters at one moment.</summary>
    public InFlightTasksStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new InFlightTasksStatistics
            {
                CurrentCount = _underWay.Count,
                TotalStarted = _totalStarted,
                TotalSucceeded = _totalSucceeded,
                TotalFailed = _totalFailed,
                TotalCanceled = _totalCanceled,
                TotalRejected = _totalRejected,
                TotalStuck = _totalStuck,
                OldestAge = GetOldestAgeUnsynchronized(),
                OldestOrigin = _underWay.Oldest?.Origin,
            };
        }
    }

    BoundedStructureUsage IBoundedStructure.GetUsage()
    {
        lock (_gate)
        {
            return new BoundedStructureUsage
            {
                Name = _name,
                Kind = StructureKind.InFlightTasks,
                Count = _underWay.Count,
                Capacity = _capacity,
                TotalRefusals = _totalRejected,
                OldestAge = GetOldestAgeUnsynchronized(),
            };
        }
    }

    private void OnEnded(InFlightTask entry)
    {
        Task task = entry.Task!;
        // Observed, or the finalizer would raise it as an unobserved exception.
        Exception? failure = task.Exception?.InnerException;
        string? origin = null;
        InFlightWaiter? next;
        InFlightTask? started;
        TaskCompletionSource? drained;
        lock (_gate)
        {
            _totalSucceeded += task.IsCompletedSuccessfully ? 1 : 0;
            _totalCanceled += task.IsCanceled ? 1 : 0;
            if (failure is not null)
            {
                _totalFailed++;
                origin = CanWarnUnsynchronized(SharedTicker.GetMilliseconds(_timeProvider)) ? entry.Origin : null;
            }

            _underWay.Remove(entry);
            next = _isDraining ? null : TakeWaiterUnsynchronized();
            started = next is null ? null : AddUnsynchronized(next.Member, next.Line);
            drained = _underWay.Count == 0 ? _drained : null;
        }

        next?.TrySetResult(started);
        drained?.TrySetResult();
        if (origin is not null)
        {
            Warn(logger => Log.TaskFailed(logger, failure!, origin, VisibleText.OfName(_name)));
        }
    }

    /// <returns>The entry of a task that may start; null when it may not, or not yet.</returns>
    private InFlightTask? Begin(string member, int line, bool waits, out InFlightWaiter? waiter)
    {
        waiter = null;
        InFlightTask entry;
        bool startsTicking;
        lock (_gate)
        {
            // With anybody waiting there is no room: whoever ends hands on to the first of them.
            if (_isDraining || _underWay.Count >= _capacity)
            {
                if (waits && !_isDraining)
                {
                    waiter = new InFlightWaiter(this, member, line);
                    _waiters.AddLast(waiter.Node);
                }
                else
                {
                    _totalRejected++;
                }

                return null;
            }

            entry = AddUnsynchronized(member, line);
            startsTicking = !_isTicking && _stuckAfter != Timeout.InfiniteTimeSpan;
            _isTicking |= startsTicking;
        }

        if (startsTicking)
        {
            SharedTicker.Add(this, _timeProvider);
        }

        return entry;
    }

    private InFlightTask AddUnsynchronized(string member, int line)
    {
        _totalStarted++;
        return _underWay.Add(member, line, SharedTicker.GetMilliseconds(_timeProvider));
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

    private TimeSpan? GetOldestAgeUnsynchronized() =>
        _underWay.Oldest is { } oldest ? TimeSpan.FromMilliseconds(SharedTicker.GetMilliseconds(_timeProvider) - oldest.StartedMilliseconds) : null;
}
