using System.Runtime.CompilerServices;
using MemGuard.Bounded;
using Microsoft.Extensions.Logging;

namespace MemGuard.Lifetimes;

/// <summary>
/// A periodic timer that does not keep its owner alive and ends with it, never runs two ticks at once, contains what a tick throws,
/// and is counted by the code that started it.
/// </summary>
/// <remarks>
/// An ordinary timer holds whatever its callback touches, and every <see cref="AsyncLocal{T}"/> of whoever started it, until somebody disposes it:
/// one forgotten timer holds a whole request. This one keeps neither; its ticks run without the starter's context.
/// </remarks>
public sealed class GuardedTimer : IDisposable
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(1);

    // No timer of the runtime waits longer: 2³² − 2 milliseconds.
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly TimerSite _site;
    private readonly TimeSpan _period;
    private readonly ILogger? _logger;
    private readonly Func<CancellationToken, ValueTask<bool>> _tick;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The provider keeps a running timer and its state, this object, alive: the owner need not store it.</summary>
    private readonly ITimer _timer;

    /// <summary>1 once ended. Interlocked.</summary>
    private int _isEnded;
    private long _totalTicks;
    private long _totalErrors;

    private GuardedTimer(TimerSite site, TimeSpan period, TimeSpan dueTime, Func<CancellationToken, ValueTask<bool>> tick, ILogger? logger, TimeProvider timeProvider)
    {
        _site = site;
        _period = period;
        _tick = tick;
        _logger = logger;
        // One shot at a time: the next is set when a tick has ended, so ticks never overlap.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = timeProvider.CreateTimer(static state => ((GuardedTimer)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        site.Add();
        _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>False once disposed or once the owner has been collected and a tick has noticed.</summary>
    public bool IsActive => Volatile.Read(ref _isEnded) == 0;

    /// <summary>Ticks that have begun.</summary>
    public long TotalTicks => Interlocked.Read(ref _totalTicks);

    /// <summary>Exceptions of ticks, contained.</summary>
    public long TotalErrors => Interlocked.Read(ref _totalErrors);

    /// <summary>Starts a timer.</summary>
    /// <typeparam name="TOwner">The type of the owner.</typeparam>
    /// <param name="owner">Given to each tick; held weakly. When it is collected the timer ends.</param>
    /// <param name="period">The time from the end of one tick to the next. From 1 millisecond to 49.7 days.</param>
    /// <param name="tick">Must reach the owner only through its parameter: make it static.</param>
    /// <param name="logger">Receives the first exception of a tick; null for the logger of the host that watches with <c>AddMemGuard</c>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="dueTime">The time to the first tick, from 0 to 49.7 days; null for one period.</param>
    /// <param name="file">Filled in by the compiler: the timer's site in metrics.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The tick holds the owner.</exception>
    public static GuardedTimer Start<TOwner>(
        TOwner owner,
        TimeSpan period,
        Action<TOwner> tick,
        ILogger? logger = null,
        TimeProvider? timeProvider = null,
        TimeSpan? dueTime = null,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        where TOwner : class
    {
        ArgumentNullException.ThrowIfNull(tick);
        RefuseHolding(owner, tick);
        WeakReference<TOwner> weak = new(owner);
        return Start(period, _ => new ValueTask<bool>(TickOnce(weak, tick)), logger, timeProvider, dueTime ?? period, file, line);
    }

    /// <summary>Starts a timer with an asynchronous tick.</summary>
    /// <typeparam name="TOwner">The type of the owner.</typeparam>
    /// <param name="owner">Given to each tick; held weakly between ticks. When it is collected the timer ends.</param>
    /// <param name="period">The time from the end of one tick to the next. From 1 millisecond to 49.7 days.</param>
    /// <param name="tick">Must reach the owner only through its parameter: make it static. Its token is cancelled by <see cref="Dispose"/>.</param>
    /// <param name="logger">Receives the first exception of a tick; null for the logger of the host that watches with <c>AddMemGuard</c>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="dueTime">The time to the first tick, from 0 to 49.7 days; null for one period.</param>
    /// <param name="file">Filled in by the compiler: the timer's site in metrics.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The tick holds the owner.</exception>
    public static GuardedTimer Start<TOwner>(
        TOwner owner,
        TimeSpan period,
        Func<TOwner, CancellationToken, ValueTask> tick,
        ILogger? logger = null,
        TimeProvider? timeProvider = null,
        TimeSpan? dueTime = null,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        where TOwner : class
    {
        ArgumentNullException.ThrowIfNull(tick);
        RefuseHolding(owner, tick);
        WeakReference<TOwner> weak = new(owner);
        return Start(period, token => TickOnceAsync(weak, tick, token), logger, timeProvider, dueTime ?? period, file, line);
    }

    /// <summary>Ends the timer. The token of a tick under way is cancelled; the tick is not waited for.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            return;
        }

        _timer.Dispose();
        _site.Remove();
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException)
        {
            // Callbacks that a tick registered are the tick's.
        }

        _stop.Dispose();
    }

    private static GuardedTimer Start(TimeSpan period, Func<CancellationToken, ValueTask<bool>> tick, ILogger? logger, TimeProvider? timeProvider, TimeSpan dueTime, string file, int line)
    {
        if (period < ShortestPeriod || period > LongestPeriod)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, $"The period must be from {ShortestPeriod} to {LongestPeriod}.");
        }

        if (dueTime < TimeSpan.Zero || dueTime > LongestPeriod)
        {
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, $"The due time must be from {TimeSpan.Zero} to {LongestPeriod}.");
        }

        return new GuardedTimer(TimerSite.Get(file, line), period, dueTime, tick, logger, timeProvider ?? TimeProvider.System);
    }

    private static void RefuseHolding(object owner, Delegate tick)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (ReferenceEquals(tick.Target, owner))
        {
            throw new ArgumentException("The tick holds its owner, which would never be collected: make it static and use its parameter.", nameof(tick));
        }
    }

    // Not inlined: a strong reference to the owner must not survive in a frame between ticks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TickOnce<TOwner>(WeakReference<TOwner> owner, Action<TOwner> tick)
        where TOwner : class
    {
        if (!owner.TryGetTarget(out TOwner? alive))
        {
            return false;
        }

        tick(alive);
        return true;
    }

    private static async ValueTask<bool> TickOnceAsync<TOwner>(WeakReference<TOwner> owner, Func<TOwner, CancellationToken, ValueTask> tick, CancellationToken token)
        where TOwner : class
    {
        if (!owner.TryGetTarget(out TOwner? alive))
        {
            return false;
        }

        await tick(alive, token).ConfigureAwait(false);
        return true;
    }

    private void OnDue() => _ = TickAsync();

    private async Task TickAsync()
    {
        bool isOwnerAlive = true;
        try
        {
            if (!IsActive)
            {
                return;
            }

            Interlocked.Increment(ref _totalTicks);
            isOwnerAlive = await _tick(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            NoteError(exception);
        }

        if (isOwnerAlive)
        {
            Continue();
        }
        else
        {
            Dispose();
        }
    }

    private void Continue()
    {
        try
        {
            if (IsActive)
            {
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
            }
        }
        catch (ObjectDisposedException)
        {
            // Disposed between the look and the change.
        }
    }

    private void NoteError(Exception exception)
    {
        if (!IsActive && exception is OperationCanceledException or ObjectDisposedException)
        {
            // Asked to stop, and stopped.
            return;
        }

        if (Interlocked.Increment(ref _totalErrors) == 1 && (_logger ?? DefaultLogger.Current) is { } logger)
        {
            try
            {
                Log.TickFailed(logger, exception, _site.Name);
            }
            catch (Exception)
            {
                // A broken log sink must not end the timer.
                ContainedFailures.Count();
            }
        }
    }
}
