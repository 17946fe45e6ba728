using System.Runtime.CompilerServices;
using MemGuard.Costs;
using MemGuard.Faults;

namespace MemGuard.Sampling;

/// <summary>
/// Owns the sampler's thread: takes a sample at every interval and hands it on. A thread of its own, because a starved thread
/// pool, which is when memory runs away, delays a timer by a second and more.
/// </summary>
/// <remarks>
/// Nothing that is called from here can end the loop or reach the host: an exception is counted, logged once and forgotten.
/// Safe for use by several threads, except that <see cref="Tick"/> belongs to the loop, or to a test that did not start it.
/// </remarks>
internal sealed class SamplingLoop : IDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);

    /// <summary>A sample costs little more than to ask what it has cost.</summary>
    private const int StepsAReading = 10;

    private readonly Func<MemorySample> _sample;
    private readonly Action<MemorySample> _onSample;
    private readonly TimeProvider _timeProvider;
    private readonly InternalFaults _faults;
    private readonly OwnCosts _costs;

    private readonly double _ticksPerTimestamp;

    // Guards _thread, and is what the thread waits on: a pulse ends its wait at once.
    private readonly object _gate = new();

    // The thread whose loop this is; a thread that finds itself replaced ends.
    private Thread? _thread;

    // Written by any thread, read at every wait.
    private long _intervalTicks;

    // Written by the loop alone, read by whoever publishes them.
    private long _lastDurationTicks;
    private long _lastLatenessTicks;

    // When the tick that runs, or else the next one, was or is due; 0 before the first.
    private long _dueTimestamp;

    // What a clock that fails is taken to show.
    private long _latestTimestamp;

    /// <summary>A loop around a sampler; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="sampler">Takes the samples.</param>
    /// <param name="settings">The interval.</param>
    /// <param name="timeProvider">The clock by which a sample is due. The wait itself is real time: a test calls <see cref="Tick"/> instead.</param>
    /// <param name="onSample">Called with every sample on the loop's thread.</param>
    public SamplingLoop(MemorySampler sampler, SamplingSettings settings, TimeProvider timeProvider, Action<MemorySample> onSample)
        : this(sampler.Sample, settings.Interval, timeProvider, onSample, sampler.Faults)
    {
    }

    /// <summary>A loop around any source of samples.</summary>
    internal SamplingLoop(
        Func<MemorySample> sample,
        TimeSpan interval,
        TimeProvider timeProvider,
        Action<MemorySample> onSample,
        InternalFaults faults,
        OwnCosts? costs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _sample = sample;
        _intervalTicks = interval.Ticks;
        _timeProvider = timeProvider;
        _ticksPerTimestamp = (double)TimeSpan.TicksPerSecond / timeProvider.TimestampFrequency;
        _onSample = onSample;
        _faults = faults;
        _costs = costs ?? OwnCosts.OfProcess;
    }

    /// <summary>Time between two samples. A change holds from the next wait on.</summary>
    public TimeSpan Interval
    {
        get => new(Volatile.Read(ref _intervalTicks));
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            lock (_gate)
            {
                Volatile.Write(ref _intervalTicks, value.Ticks);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>How long the last tick took: the sample, with what was due of the slow readings, and what the callback made of it.</summary>
    public TimeSpan LastDuration => new(Volatile.Read(ref _lastDurationTicks));

    /// <summary>How much later than due the last tick began.</summary>
    public TimeSpan LastLateness => new(Volatile.Read(ref _lastLatenessTicks));

    /// <summary>How late the last tick was, or, where it is longer, how long one has been due that has not ended: a thread that hangs grows later.</summary>
    public TimeSpan Lateness
    {
        get
        {
            long due = Volatile.Read(ref _dueTimestamp);
            TimeSpan overdue = due == 0 ? TimeSpan.Zero : Elapsed(due, _timeProvider.GetTimestamp());
            return overdue > LastLateness ? overdue : LastLateness;
        }
    }

    /// <summary>Starts the thread, which takes its first sample at once. Does nothing when it runs already.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_thread is not null)
            {
                return;
            }

            Schedule schedule = new() { Anchor = ReadTimestamp() };
            Volatile.Write(ref _dueTimestamp, schedule.Anchor);
            _thread = OwnThread.TryStart("MemGuard sampler", _costs.Meter(CostPart.Sampling, () => Step(schedule), StepsAReading), failure => _faults.Report("the sampler's thread", failure));
        }
    }

    /// <summary>Ends the thread: at once when it waits, otherwise after the tick that it is in.</summary>
    /// <param name="longest">The longest that this waits for the tick.</param>
    public void Stop(TimeSpan longest)
    {
        Thread? thread;
        lock (_gate)
        {
            thread = _thread;
            _thread = null;
            Monitor.PulseAll(_gate);
        }

        // The callback itself may stop the loop: it cannot wait for its own end.
        if (thread is not null && thread != Thread.CurrentThread)
        {
            thread.Join(longest);
        }
    }

    /// <summary>Ends the thread, and waits at most 2 seconds for the tick that it is in.</summary>
    public void Dispose() => Stop(LongestStop);

    /// <summary>Takes one sample and hands it on. Never throws.</summary>
    public void Tick()
    {
        long start = ReadTimestamp();
        try
        {
            _onSample(_sample());
        }
        catch (Exception exception)
        {
            _faults.Report("a sample", exception);
        }

        Volatile.Write(ref _lastDurationTicks, Math.Max(0, Elapsed(start, ReadTimestamp()).Ticks));
    }

    /// <returns>False when this thread is no longer the loop's.</returns>
    [MethodImpl(EverySample.Compiled)]
    private bool Step(Schedule schedule)
    {
        if (!WaitUntil(schedule.Anchor, schedule.DueAfter))
        {
            return false;
        }

        Volatile.Write(ref _lastLatenessTicks, Math.Max(0, Elapsed(schedule.Anchor, ReadTimestamp()).Ticks - schedule.DueAfter));
        Tick();
        (schedule.Anchor, schedule.DueAfter) = Next(schedule.Anchor, schedule.DueAfter);
        Volatile.Write(ref _dueTimestamp, schedule.Anchor + (long)(schedule.DueAfter / _ticksPerTimestamp));
        return true;
    }

    /// <summary>
    /// The next due time, in ticks after an anchor: on the grid of the interval, so that lateness does not add up. Intervals that
    /// were missed are dropped, and a clock that went backwards starts a new grid.
    /// </summary>
    private (long Anchor, long DueAfter) Next(long anchor, long dueAfter)
    {
        long interval = Interval.Ticks;
        long now = ReadTimestamp();
        long elapsed = Elapsed(anchor, now).Ticks;
        if (elapsed < dueAfter - interval)
        {
            return (now, interval);
        }

        long next = dueAfter + interval;
        return (anchor, elapsed < next ? next : next + (((elapsed - next) / interval) + 1) * interval);
    }

    /// <returns>False when this thread is no longer the loop's.</returns>
    private bool WaitUntil(long anchor, long dueAfter)
    {
        lock (_gate)
        {
            while (_thread == Thread.CurrentThread)
            {
                long remaining = dueAfter - Elapsed(anchor, ReadTimestamp()).Ticks;
                if (remaining <= 0)
                {
                    return true;
                }

                // One interval of real time is enough, whatever the clock says. Rounded up, or the last millisecond would spin.
                TimeSpan wait = new(Math.Min(remaining, Interval.Ticks));
                if (!Monitor.Wait(_gate, (int)Math.Min(int.MaxValue, Math.Ceiling(wait.TotalMilliseconds))))
                {
                    return _thread == Thread.CurrentThread;
                }
            }

            return false;
        }
    }

    private TimeSpan Elapsed(long from, long to) => new((long)((to - from) * _ticksPerTimestamp));

    private long ReadTimestamp()
    {
        try
        {
            _latestTimestamp = _timeProvider.GetTimestamp();
        }
        catch (Exception exception)
        {
            _faults.Report("the clock", exception);
        }

        return _latestTimestamp;
    }

    /// <summary>When the next tick of one thread is due.</summary>
    private sealed class Schedule
    {
        public required long Anchor { get; set; }

        /// <summary>Ticks after the anchor.</summary>
        public long DueAfter { get; set; }
    }
}
