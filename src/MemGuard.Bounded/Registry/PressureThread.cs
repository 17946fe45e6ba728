using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>
/// Tells the structures of memory pressure on a thread of its own, which runs only while the pressure is high or a structure is still below its
/// own bounds. Who measures the pressure only notes a number here: the code of users that evictions call can neither stop nor slow the measuring.
/// </summary>
/// <remarks>Thread-safe. Of several sources the highest pressure counts: two hosts in one process do not push against each other.</remarks>
/// <param name="apply">Tells the structures; returns whether any is below its own bounds. Must not throw.</param>
/// <param name="release">Tells the structures that nobody measures any more. Must not throw and runs no code of users.</param>
/// <param name="start">Starts the steps elsewhere, and says whether it did; null for a thread.</param>
internal sealed class PressureThread(Func<double, TimeSpan, bool> apply, Action release, Func<Func<bool>, bool>? start = null)
{
    private const int PeriodMilliseconds = 1000;

    /// <summary>Guards all else, and is what the thread waits on.</summary>
    private readonly object _gate = new();

    /// <summary>The sources; compared by reference and forgotten when they are collected.</summary>
    private readonly List<Source> _sources = [];

    /// <summary>Whether a thread exists that will look at the sources again.</summary>
    private bool _isRunning;

    /// <summary>Whether a structure may be below its own bounds. The thread's own, as is the next.</summary>
    private bool _isShrunk;

    private long _appliedAt;

    /// <summary>Notes the pressure that a source has measured. Never blocks and calls no code of users.</summary>
    public void Set(object source, double ratio)
    {
        lock (_gate)
        {
            FindUnsynchronized(source).Ratio = ratio;
            if (ratio > PressureResponse.ShrinkAbove)
            {
                StartUnsynchronized();
            }
        }
    }

    /// <summary>Forgets a source. With the last one the structures get their bounds back at once.</summary>
    public void Clear(object source)
    {
        bool isLast;
        lock (_gate)
        {
            _sources.RemoveAll(entry => !entry.Measurer.TryGetTarget(out object? alive) || ReferenceEquals(alive, source));
            isLast = _sources.Count == 0;
        }

        if (isLast)
        {
            release();
        }
    }

    private Source FindUnsynchronized(object measurer)
    {
        foreach (Source known in _sources)
        {
            if (known.Measurer.TryGetTarget(out object? alive) && ReferenceEquals(alive, measurer))
            {
                return known;
            }
        }

        Source added = new(measurer);
        _sources.Add(added);
        return added;
    }

    private double? GetHighestUnsynchronized()
    {
        double? highest = null;
        foreach (Source source in _sources)
        {
            highest = source.Measurer.TryGetTarget(out _) && !(source.Ratio <= highest) ? source.Ratio : highest;
        }

        return highest;
    }

    private void StartUnsynchronized()
    {
        if (_isRunning)
        {
            return;
        }

        _isShrunk = false;

        // The first step is a whole one: the pressure is there already.
        _appliedAt = Stopwatch.GetTimestamp() - (PeriodMilliseconds * Stopwatch.Frequency / 1000);

        // Where no thread can be had the next measurement tries again.
        _isRunning = start?.Invoke(Step) ?? OwnThread.TryStart("MemGuard pressure", Step, static _ => ContainedFailures.Count()) is not null;
    }

    private bool Step()
    {
        if (!TryGetRatio(_isShrunk, out double ratio))
        {
            return false;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_appliedAt);
        _appliedAt = Stopwatch.GetTimestamp();

        // Until it has been asked a structure counts as shrunk: a step that fails half-way must be taken again.
        _isShrunk = true;
        _isShrunk = apply(ratio, elapsed);
        lock (_gate)
        {
            Monitor.Wait(_gate, PeriodMilliseconds);
        }

        return true;
    }

    /// <returns>False when the thread must end: the pressure is gone and every structure has its bounds back.</returns>
    private bool TryGetRatio(bool isShrunk, out double ratio)
    {
        bool goesOn;
        lock (_gate)
        {
            double? highest = GetHighestUnsynchronized();
            ratio = highest ?? 0;
            _isRunning = goesOn = ratio > PressureResponse.ShrinkAbove || (isShrunk && highest is not null);
        }

        // A source that was collected instead of being cleared. From here on a new thread may run: what this one decided is in its own variable.
        if (!goesOn && isShrunk)
        {
            release();
        }

        return goesOn;
    }

    private sealed class Source(object measurer)
    {
        public WeakReference<object> Measurer { get; } = new(measurer);

        /// <summary>The last pressure that it measured.</summary>
        public double Ratio { get; set; }
    }
}
