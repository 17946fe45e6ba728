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

    /// <summary>The newest value.</summary>
    public double LastValue { get; private set; } = double.NaN;

    public GrowthEvidence Evidence { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(double time, double value, in PointContext context, double headroom, double strictness, TrendTrace? trace)
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
                Withdraw(time, "no new high", trace);
            }
        }
        else if (time >= _quietUntil && Grows(headroom, strictness, out GrowthEvidence evidence) && evidence.End > _mustExceed)
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

    private bool Grows(double headroom, double strictness, out GrowthEvidence evidence)
    {
        evidence = default;
        (double lowest, double highest) = _points.Range();
        if (highest - lowest < strictness * rules.LeastGrowthBytes)
        {
            return false;
        }

        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        _points.CopyTo(points);
        return FastCheck.Grows(points, _points.Count, _peaks, headroom, strictness, rules, out evidence);
    }
}
