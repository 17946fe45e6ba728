using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>A background thread that calls weakly held targets when they are due. It starts with the first target and ends with the last.</summary>
internal sealed class TickerThread
{
    private static readonly TimeSpan SubstitutePeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>Guards the list and the running state; pulsed when a target is added. Never held while a target is called.</summary>
    private readonly object _gate = new();

    /// <summary>Live registrations, unordered: there are few, one per structure with timed work.</summary>
    private readonly List<Registration> _registrations = [];

    /// <summary>Whether a thread exists that will look at <see cref="_registrations"/> again.</summary>
    private bool _isRunning;

    /// <summary>Written by the thread at each wake-up and by <see cref="Add"/>, read by anybody.</summary>
    private long _coarseMilliseconds = ReadClock();

    /// <summary>Ticks in the thread's place while no thread can be had; null otherwise. Guarded by the gate.</summary>
    private Timer? _substitute;

    /// <summary>1 while it ticks: the pool may call again before it is done.</summary>
    private int _isSubstituting;

    public long CoarseMilliseconds => Volatile.Read(ref _coarseMilliseconds);

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place that reads it: every other clock of the structures derives from here.")]
    public static long ReadClock() => Environment.TickCount64;

    public void Add(ITickTarget target)
    {
        long now = ReadClock();
        Registration registration = new(target, now + GetPeriodMilliseconds(target));
        lock (_gate)
        {
            // Nobody wrote the clock while no thread ran.
            Volatile.Write(ref _coarseMilliseconds, now);
            _registrations.Add(registration);
            StartUnsynchronized();
            Monitor.Pulse(_gate);
        }
    }

    private static long GetPeriodMilliseconds(ITickTarget target) => Math.Max(10, (long)target.TickPeriod.TotalMilliseconds);

    // Who adds a target must not fail because no thread can be had: the thread pool's timer ticks meanwhile, and tries again each time.
    private void StartUnsynchronized()
    {
        if (_isRunning)
        {
            return;
        }

        List<Registration> due = [];
        _isRunning = OwnThread.TryStart("MemGuard ticker", () => Step(due), static _ => ContainedFailures.Count()) is not null;
        if (_isRunning)
        {
            _substitute?.Dispose();
            _substitute = null;
        }
        else
        {
            using (ExecutionContext.SuppressFlow())
            {
                ContainedFailures.Run(() => _substitute ??= new Timer(static ticker => ((TickerThread)ticker!).SubstituteTick(), this, SubstitutePeriod, SubstitutePeriod));
            }
        }
    }

    private void SubstituteTick() => ContainedFailures.Run(() =>
    {
        lock (_gate)
        {
            if (_registrations.Count == 0)
            {
                _substitute?.Dispose();
                _substitute = null;
                return;
            }

            StartUnsynchronized();
            if (_isRunning)
            {
                return;
            }
        }

        if (Interlocked.Exchange(ref _isSubstituting, 1) == 0)
        {
            TickDue([]);
            lock (_gate)
            {
                RemoveEndedUnsynchronized();
            }

            Volatile.Write(ref _isSubstituting, 0);
        }
    });

    /// <returns>False when no target is left and the thread must end.</returns>
    private bool Step(List<Registration> due)
    {
        TickDue(due);
        return TryWait();
    }

    private void TickDue(List<Registration> due)
    {
        // A step that failed may have left some.
        due.Clear();
        long now = ReadClock();
        Volatile.Write(ref _coarseMilliseconds, now);
        lock (_gate)
        {
            foreach (Registration registration in _registrations)
            {
                if (registration.DueMilliseconds <= now)
                {
                    due.Add(registration);
                }
            }
        }

        foreach (Registration registration in due)
        {
            registration.IsEnded = !TickTarget(registration, now);
        }

        due.Clear();
    }

    /// <returns>False when no target is left and the thread must end.</returns>
    private bool TryWait()
    {
        lock (_gate)
        {
            RemoveEndedUnsynchronized();
            if (_registrations.Count == 0)
            {
                // Decided under the lock: an Add after this starts a new thread.
                _isRunning = false;
                return false;
            }

            long next = long.MaxValue;
            foreach (Registration registration in _registrations)
            {
                next = Math.Min(next, registration.DueMilliseconds);
            }

            Monitor.Wait(_gate, (int)Math.Clamp(next - ReadClock(), 1, 1000));
            return true;
        }
    }

    private void RemoveEndedUnsynchronized() => _registrations.RemoveAll(static registration => registration.IsEnded || !registration.Target.TryGetTarget(out _));

    // Not inlined: a strong reference to the target must not survive in the waiting thread's frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TickTarget(Registration registration, long now)
    {
        if (!registration.Target.TryGetTarget(out ITickTarget? target))
        {
            return false;
        }

        try
        {
            // From now, not from the due time: after a suspend a target is called once, not once for every tick it missed.
            registration.DueMilliseconds = now + GetPeriodMilliseconds(target);
            return target.Tick(now);
        }
        catch (Exception)
        {
            // The targets are ours and contain their users' code themselves: one that throws all the same is called again.
            ContainedFailures.Count();
            return true;
        }
    }

    private sealed class Registration(ITickTarget target, long dueMilliseconds)
    {
        public WeakReference<ITickTarget> Target { get; } = new(target);

        public long DueMilliseconds { get; set; } = dueMilliseconds;

        public bool IsEnded { get; set; }
    }
}
