using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>
/// A count that climbs without end: timers or assemblies, which bytes hardly show. It looks at two minutes and at two hours, and
/// asks for a straight climb to a level never seen before.
/// </summary>
internal sealed class CountWatch(MemorySeries series, CountRules rules)
{
    private readonly PeakHistory _peaks = new();
    private BucketRing _minutes = new(rules.ShortBucketSeconds);
    private BucketRing _hours = new(rules.LongBucketSeconds);
    private int _minutePasses;
    private int _hourPasses;
    private int _failures;

    public bool IsRising { get; private set; }

    public GrowthEvidence Evidence { get; private set; }

    [MethodImpl(EverySample.Compiled)]
    public void Add(double time, double? count, TrendTrace? trace)
    {
        if (count is not double value)
        {
            return;
        }

        _peaks.Add(time, value);
        bool minuteClosed = _minutes.Add(time, value, PointContext.Unknown);
        bool hourClosed = _hours.Add(time, value, PointContext.Unknown);
        if (minuteClosed)
        {
            _minutePasses = Look(time, ref _minutes, trace) ? _minutePasses + 1 : 0;
        }

        if (hourClosed)
        {
            _hourPasses = Look(time, ref _hours, trace) ? _hourPasses + 1 : 0;
        }

        if (minuteClosed || hourClosed)
        {
            bool rises = _minutePasses >= rules.Passes || _hourPasses >= rules.Passes;
            _failures = rises ? 0 : _failures + 1;
            IsRising = rises || (IsRising && _failures < rules.FailuresToEnd);
        }
    }

    public void Clear()
    {
        _minutes.Clear();
        _hours.Clear();
        _peaks.Clear();
        _minutePasses = _hourPasses = 0;
        IsRising = false;
    }

    private bool Look(double time, ref BucketRing ring, TrendTrace? trace)
    {
        if (time < rules.WarmUpSeconds)
        {
            return false;
        }

        GrowthEvidence evidence = Examine(ref ring);
        trace?.Looked(time, series, ring.Width, evidence);
        if (evidence.Passed)
        {
            Evidence = evidence;
        }

        return evidence.Passed;
    }

    private GrowthEvidence Examine(ref BucketRing ring)
    {
        // Most looks end here, before anything is copied.
        (double lowest, double rise) = ring.LargestRise();
        if (GrowthWindow.WholeOverQuarters * rise < CountCheck.LeastRise(lowest, rules))
        {
            return new GrowthEvidence { Points = ring.Count, Failed = GrowthTest.Size };
        }

        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        return CountCheck.Examine(new GrowthWindow(points, ring.CopyTo(points), ring.Count), _peaks, rules);
    }
}
