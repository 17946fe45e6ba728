using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>
/// Suspicion within a minute or two: steady growth of a level that may still contain dead objects. It says "growing" and
/// asks for proof; it is withdrawn when the proof fails or the growth stops.
/// </summary>
internal sealed class FastWatch(MemorySeries series, SuspicionRules rules, double quietUntil)
{
    private readonly PeakHistory _peaks = new();
    private BucketRing _points = new(rules.BucketSeconds);
    private double _highest = double.NegativeInfinity;
    private double _highestTime;
    private int _valuesSinceHighest;
    private double _quietUntil = quietUntil;
    private double _pause = rules.FirstPauseSeconds;
    private double _mustExceed = double.NegativeInfinity;

    public bool IsSuspected { get; private set; }

    /// <summary>Time at which the suspicion arose.</summary>
    public double Since { get; private set; }

    /// <summary>What ended the last suspicion.</summary>
    public Ending Ending { get; private set; }

    /// <summary>The newest value.</summary>
    public double LastValue { get; private set; } = double.NaN;

    public GrowthEvidence Evidence { get; private set; }

    /// <param name="time">Seconds of uptime.</param>
    /// <param name="value">The level, or NaN when this moment has none.</param>
    /// <param name="context">What else was true at this moment.</param>
    /// <param name="demands">What growth is held against.</param>
    /// <param name="explained">Bytes of growth that more load than usual explains.</param>
    /// <param name="trace">Hears of decisions.</param>
    [MethodImpl(EverySample.Compiled)]
    public void Add(double time, double value, in PointContext context, in GrowthDemands demands, double explained, TrendTrace? trace)
    {
        if (!double.IsNaN(value))
        {
            _peaks.Add(time, value);
            _valuesSinceHighest++;
            LastValue = value;
            if (value > _highest * rules.GoesOnRatio)
            {
                _highest = value;
                _highestTime = time;
                _valuesSinceHighest = 0;
            }
        }

        if (!_points.Add(time, value, context))
        {
            return;
        }

        if (IsSuspected)
        {
            if (time - _highestTime > rules.StallSeconds && _valuesSinceHighest >= rules.StallValues)
            {
                Withdraw(time, "the growth has stopped", trace);
            }
        }
        else if (time >= _quietUntil && Grows(demands, out GrowthEvidence evidence) && evidence.End > _mustExceed && evidence.Growth > explained)
        {
            IsSuspected = true;
            Since = time;
            Evidence = evidence;
            trace?.Decided(time, series, "growing");
        }
    }

    public void Withdraw(double time, string why, TrendTrace? trace)
    {
        if (!IsSuspected)
        {
            return;
        }

        IsSuspected = false;
        Ending = new Ending(time, why);
        _quietUntil = time + _pause;
        _pause = Math.Min(rules.LongestPauseSeconds, _pause * rules.PauseFactor);
        _mustExceed = _highest * rules.AgainRatio;
        trace?.Decided(time, series, why);
    }

    public void Clear()
    {
        _points.Clear();
        _peaks.Clear();
        IsSuspected = false;
        _highest = double.NegativeInfinity;
    }

    /// <summary>A full collection left more alive than the one before: the highest since then counts, not the garbage before it.</summary>
    public void GoesOn(double time)
    {
        _highest = LastValue;
        _highestTime = time;
        _valuesSinceHighest = 0;
    }

    private bool Grows(in GrowthDemands demands, out GrowthEvidence evidence)
    {
        evidence = default;
        (double lowest, double highest) = _points.Range();
        if (highest - lowest < demands.Strictness * rules.LeastGrowthBytes)
        {
            return false;
        }

        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        _points.CopyTo(points);
        return FastCheck.Grows(points, _points.Count, _peaks, demands, rules, out evidence);
    }
}
