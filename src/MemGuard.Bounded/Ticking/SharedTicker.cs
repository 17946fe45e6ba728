using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>
/// One process-wide background thread that ticks every structure with timed work. It holds its targets weakly and ends when none is left.
/// </summary>
/// <remarks>A target with a time provider of its own is ticked by that provider's timers instead. Thread-safe.</remarks>
internal static class SharedTicker
{
    private static readonly TickerThread Thread = new();

    // Ties a provider's timer to the life of its target without a root: neither the target, the timer nor the provider is kept alive by it.
    private static readonly ConditionalWeakTable<ITickTarget, ProviderTicker> ProviderTickers = [];

    /// <summary>
    /// The monotonic millisecond clock as of the thread's last wake-up: costs one memory read. It runs only while a target on the system's
    /// time provider is registered, and lags by at most the shortest tick period among them (plus whatever delays the thread).
    /// </summary>
    public static long CoarseMilliseconds => Thread.CoarseMilliseconds;

    /// <summary>The same clock, exact: about 6 ns.</summary>
    public static long PreciseMilliseconds => TickerThread.ReadClock();

    /// <summary>The monotonic millisecond clock of a time provider, the one that <see cref="ITickTarget.Tick"/> receives.</summary>
    public static long GetMilliseconds(TimeProvider timeProvider)
    {
        if (ReferenceEquals(timeProvider, TimeProvider.System))
        {
            return PreciseMilliseconds;
        }

        // Split so that a nanosecond frequency does not overflow the product.
        (long seconds, long rest) = Math.DivRem(timeProvider.GetTimestamp(), timeProvider.TimestampFrequency);
        return (seconds * 1000) + (rest * 1000 / timeProvider.TimestampFrequency);
    }

    /// <summary>Starts ticking a target. It ends when the target says so or is collected. A target must not be added twice.</summary>
    public static void Add(ITickTarget target, TimeProvider timeProvider)
    {
        if (ReferenceEquals(timeProvider, TimeProvider.System))
        {
            Thread.Add(target);
        }
        else
        {
            ProviderTickers.AddOrUpdate(target, new ProviderTicker(target, timeProvider));
        }
    }

    /// <summary>Ticks one target from the timers of a time provider that is not the system's.</summary>
    private sealed class ProviderTicker
    {
        private readonly WeakReference<ITickTarget> _target;
        private readonly TimeProvider _timeProvider;
        private readonly ITimer _timer;

        public ProviderTicker(ITickTarget target, TimeProvider timeProvider)
        {
            _target = new WeakReference<ITickTarget>(target);
            _timeProvider = timeProvider;
            // Started only once the field is set: a callback may dispose it.
            using (ExecutionContext.SuppressFlow())
            {
                _timer = timeProvider.CreateTimer(static state => ((ProviderTicker)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            _timer.Change(target.TickPeriod, target.TickPeriod);
        }

        [SuppressMessage("Reliability", "CA2002:Do not lock on objects with weak identity", Justification = "The lock object is private to this class.")]
        private void Tick()
        {
            // A provider on the thread pool may call again while a slow tick still runs: one is enough.
            if (!Monitor.TryEnter(this))
            {
                return;
            }

            try
            {
                if (!_target.TryGetTarget(out ITickTarget? target) || !target.Tick(GetMilliseconds(_timeProvider)))
                {
                    _timer.Dispose();
                }
            }
            catch (Exception)
            {
                // A timer callback that throws ends the process.
                ContainedFailures.Count();
            }
            finally
            {
                Monitor.Exit(this);
            }
        }
    }
}
