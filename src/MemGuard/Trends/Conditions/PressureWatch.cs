using System.Runtime.CompilerServices;
using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Recognizes a garbage collector that works all the time: pause share, full collections a second and the heap's level together.</summary>
internal sealed class PressureWatch
{
    private const double AverageSeconds = 60;
    private const double SlowSeconds = 120;

    /// <summary>Full collections a second with which lasting pauses are thrashing: a healthy service that pauses so long has far fewer.</summary>
    private const double SlowFullPerSecond = 0.3;
    private const double FastSpan = 4;

    private double _average;
    private double _fullAverage;
    private double _highSince = double.NaN;

    /// <summary>Counters some seconds ago, for the fast form.</summary>
    private double _markTime = double.NaN;
    private double _markPause;
    private double _markFull;
    private double _previousTime = double.NaN;
    private double _previousPause;
    private double _previousFull = double.NaN;

    public bool IsThrashing { get; private set; }

    /// <summary>What ended the last thrashing.</summary>
    public Ending Ending { get; private set; }

    /// <summary>Share of time in pauses, 0–100, over the last minute or, at the limit, the last seconds.</summary>
    public double PausePercentage { get; private set; }

    public double FullCollectionsPerSecond { get; private set; }

    /// <summary>Heap over its limit; NaN when no limit is known.</summary>
    public double HeapRatio { get; private set; }

    /// <param name="sample">The sample.</param>
    /// <param name="signals">What was read from it.</param>
    /// <param name="settings">From when on pauses count as thrashing.</param>
    [MethodImpl(EverySample.Compiled)]
    public void Add(in MemorySample sample, in SampleSignals signals, TrendSettings settings)
    {
        if (sample.TotalPauseDuration is not TimeSpan pause)
        {
            return;
        }

        double time = signals.Time;
        double paused = pause.TotalSeconds;
        double full = sample.Gen2CollectionCount ?? double.NaN;
        double seconds = time - _previousTime;
        bool isContinuous = seconds > 0 && seconds < 300 && paused >= _previousPause;
        double share = isContinuous ? Math.Min(1, (paused - _previousPause) / seconds) : double.NaN;
        _previousTime = time;
        _previousPause = paused;
        if (!isContinuous)
        {
            _average = 0;
            _fullAverage = 0;
            _previousFull = full;
            _highSince = double.NaN;
            Mark(time, paused, full);
            return;
        }

        double weight = 1 - Math.Exp(-seconds / AverageSeconds);
        _average += (share - _average) * weight;
        double collected = (full - _previousFull) / seconds;
        _fullAverage += collected >= 0 ? (collected - _fullAverage) * weight : 0;
        _previousFull = full;
        double heap = Math.Max(sample.HeapSizeBytes ?? 0, sample.TotalMemoryBytes ?? 0);
        HeapRatio = double.IsInfinity(signals.HeapLimit) ? double.NaN : heap / signals.HeapLimit;
        UpdateSlow(time, settings.PausePercentage);
        UpdateFast(time, paused, full, settings.HeapLimitRatio);
    }

    private void UpdateSlow(double time, double pausePercentage)
    {
        double on = pausePercentage / 100;
        if (_average <= on)
        {
            _highSince = double.NaN;
        }
        else if (double.IsNaN(_highSince))
        {
            _highSince = time;
        }

        // Full collections one after the other tell a thrashing garbage collector from one that is merely starved of CPU, whatever the heap's level.
        if (!IsThrashing && _fullAverage >= SlowFullPerSecond && time - _highSince >= SlowSeconds)
        {
            IsThrashing = true;
            PausePercentage = 100 * _average;
            FullCollectionsPerSecond = _fullAverage;
        }
        else if (IsThrashing && _average < 0.6 * on)
        {
            IsThrashing = false;
            Ending = new Ending(time, "the pauses are over");
        }
    }

    private void UpdateFast(double time, double paused, double full, double heapLimitRatio)
    {
        double span = time - _markTime;
        if (!(span >= FastSpan))
        {
            return;
        }

        double share = (paused - _markPause) / span;
        FullCollectionsPerSecond = (full - _markFull) / span;
        if (share >= 0.10 && FullCollectionsPerSecond >= 1 && HeapRatio >= heapLimitRatio)
        {
            // Carry the slow average along, or it would end the alert at once.
            _average = Math.Max(_average, share);
            PausePercentage = 100 * share;
            IsThrashing = true;
        }

        Mark(time, paused, full);
    }

    private void Mark(double time, double paused, double full) => (_markTime, _markPause, _markFull) = (time, paused, full);
}
