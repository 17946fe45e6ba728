namespace MemGuard.Trends;

/// <summary>
/// A count that climbs without end: timers or assemblies, which bytes hardly show. It looks at two minutes and at two hours, and
/// asks for a straight climb to a level never seen before.
/// </summary>
/// <param name="series">Timers or assemblies.</param>
/// <param name="minimumRise">Rise over a window that is worth a word.</param>
/// <param name="quietUntil">Seconds of uptime that belong to the start.</param>
internal sealed class CountWatch(MemorySeries series, double minimumRise, double quietUntil)
{
    private const double LeastZ = 3;

    /// <summary>Closings in a row that must pass, and must fail to end it.</summary>
    private const int Closings = 3;

    private readonly PeakHistory _peaks = new();
    private BucketRing _minutes = new(5);
    private BucketRing _hours = new(300);
    private int _minutePasses;
    private int _hourPasses;
    private int _failures;

    public bool IsRising { get; private set; }

    /// <summary>Time at which the climb was recognized.</summary>
    public double Since { get; private set; }

    public GrowthEvidence Evidence { get; private set; }

    public MemorySeries Series => series;

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
            bool rises = _minutePasses >= Closings || _hourPasses >= Closings;
            _failures = rises ? 0 : _failures + 1;
            Since = rises && !IsRising ? time : Since;
            IsRising = rises || (IsRising && _failures < 2 * BucketRing.WindowBuckets);
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
        if (time < quietUntil)
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
        if (GrowthWindow.WholeOverQuarters * rise < RequiredRise(lowest))
        {
            return new GrowthEvidence { Points = ring.Count, Failed = GrowthTest.Size };
        }

        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        return Examine(new GrowthWindow(points, ring.CopyTo(points), ring.Count));
    }

    private double RequiredRise(double level) => Math.Max(minimumRise, 0.1 * level);

    private GrowthEvidence Examine(GrowthWindow window)
    {
        GrowthEvidence evidence = new() { Points = window.Count, Span = window.Span, Failed = GrowthTest.Points };
        if (window.Count < GrowthCheck.MinimumPoints)
        {
            return evidence;
        }

        evidence.Start = window.Floors[0];
        evidence.End = window.Floors[^1];
        evidence.Growth = GrowthWindow.WholeOverQuarters * (window.Quarter(3) - window.Quarter(0));
        evidence.RequiredGrowth = RequiredRise(evidence.Start);
        evidence.Failed = GrowthTest.Size;
        if (evidence.Growth < evidence.RequiredGrowth)
        {
            return evidence;
        }

        int half = window.Count / 2;
        evidence.Slope = RobustSlope.SenInterval(window.Times, window.Floors);
        evidence.HalfSlopeRatio = RobustSlope.Sen(window.Times[^half..], window.Floors[^half..]) / evidence.Slope.PerSecond;
        evidence.KendallZ = RobustSlope.KendallZ(window.Floors);
        double highest = _peaks.HighestBefore(window.Times[0]);
        foreach (double older in window.OlderFloors)
        {
            highest = Math.Max(highest, older);
        }

        evidence.NewHighRatio = window.Floors[^1] / highest;
        evidence.Failed = evidence.KendallZ < LeastZ || evidence.HalfSlopeRatio < 0.7 ? GrowthTest.LevellingOff
            : window.Floors[^1] <= highest ? GrowthTest.NewHigh
            : GrowthTest.None;
        evidence.Rule = evidence.Failed == GrowthTest.None ? GrowthRule.Big : GrowthRule.None;
        return evidence;
    }
}
