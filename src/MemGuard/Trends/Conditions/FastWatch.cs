namespace MemGuard.Trends;

/// <summary>
/// Suspicion within a minute or two: steady growth of a level that may still contain dead objects. It says "growing" and
/// asks for proof; it is withdrawn when the proof fails or the growth stops.
/// </summary>
internal sealed class FastWatch(MemorySeries series, double minimumGain, double minimumRatio, double shortFactor, double newHigh, double quietUntil)
{
    private const double BucketSeconds = 5;
    private const double UrgentWindow = 45;

    /// <summary>With the limit this near, half a minute of growth is worth a word.</summary>
    private const double UrgentSeconds = 900;
    private const double UrgentShare = 0.1;
    private const double FewStepsLeast = 24;
    private const double FewStepsMost = 120;
    private const double LongWindow = 180;

    /// <summary>What is further away than this can wait for the slower scales.</summary>
    private const double FarSeconds = 2 * 3600;

    /// <summary>Without a new high for this long, growth has stopped.</summary>
    private const double StallSeconds = 90;

    /// <summary>After a withdrawn suspicion the level must pass the old high by this factor, and time must pass.</summary>
    private const double NewHighFactor = 1.1;
    private const double FirstPause = 2 * 3600;
    private const double LongestPause = 24 * 3600;

    private readonly PeakHistory _peaks = new();
    private BucketRing _points = new(BucketSeconds);
    private double _highest = double.NegativeInfinity;
    private double _highestTime;
    private int _pointsSinceHighest;
    private double _quietUntil = quietUntil;
    private double _pause = FirstPause;
    private double _mustExceed = double.NegativeInfinity;

    public MemorySeries Series => series;

    public bool IsSuspected { get; private set; }

    /// <summary>Time at which the suspicion arose.</summary>
    public double Since { get; private set; }

    /// <summary>The newest value.</summary>
    public double LastValue { get; private set; } = double.NaN;

    public GrowthEvidence Evidence { get; private set; }

    public void Add(double time, double value, in PointContext context, double room, double strictness, TrendTrace? trace)
    {
        if (!double.IsNaN(value))
        {
            _peaks.Add(time, value);
            _pointsSinceHighest++;
            LastValue = value;
            if (value > _highest * 1.002)
            {
                _highest = value;
                _highestTime = time;
                _pointsSinceHighest = 0;
            }
        }

        if (!_points.Add(time, value, context))
        {
            return;
        }

        if (IsSuspected)
        {
            if (time - _highestTime > StallSeconds && _pointsSinceHighest >= 3)
            {
                Withdraw(time, "no new high", trace);
            }
        }
        else if (time >= _quietUntil && Grows(room, strictness, out GrowthEvidence evidence) && evidence.End > _mustExceed)
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
        _pause = Math.Min(LongestPause, _pause * 4);
        _mustExceed = _highest * NewHighFactor;
        trace?.Decided(time, series, why);
    }

    public void Clear()
    {
        _points.Clear();
        _peaks.Clear();
        IsSuspected = false;
        _highest = double.NegativeInfinity;
    }

    private bool Grows(double room, double strictness, out GrowthEvidence evidence)
    {
        evidence = default;
        (double lowest, double highest) = _points.Range();
        if (highest - lowest < strictness * minimumGain)
        {
            return false;
        }

        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        _points.CopyTo(points);
        bool isUrgent = Grows(points, UrgentWindow, shortFactor * strictness, out evidence)
            && evidence.HalfSlopeRatio >= 0.75
            && evidence.Growth >= UrgentShare * strictness * (evidence.Growth + room)
            && room / evidence.Slope.PerSecond < UrgentSeconds;
        if (isUrgent || RisesInFewSteps(points, room, strictness, out evidence))
        {
            return true;
        }

        return Grows(points, LongWindow, 2 * strictness, out evidence)
            && evidence.HalfSlopeRatio >= 0.8
            && room / evidence.Slope.PerSecond < FarSeconds;
    }

    /// <summary>Where collections are rare three of them must do: each far above the one before, and the limit near.</summary>
    private bool RisesInFewSteps(GrowthPoints points, double room, double strictness, out GrowthEvidence evidence)
    {
        evidence = default;
        int count = _points.Count;
        int start = Math.Max(0, count - 3);
        GrowthWindow window = new(points, start, count);
        if (shortFactor > 1 || window.Count < 3 || window.Span is < FewStepsLeast or > FewStepsMost)
        {
            return false;
        }

        ReadOnlySpan<double> values = window.Floors;
        double growth = values[2] - values[0];
        if (growth <= 2 * strictness * minimumGain)
        {
            return false;
        }

        SlopeInterval slope = RobustSlope.SenInterval(window.Times, values);
        evidence = new GrowthEvidence
        {
            Points = 3,
            Span = window.Span,
            Start = values[0],
            End = values[2],
            Growth = growth,
            Slope = slope,
            KendallZ = RobustSlope.KendallZ(values),
            Urgency = growth / (growth + Math.Max(0, room)),
        };
        bool eachRises = values[1] - values[0] > 0.2 * growth && values[2] - values[1] > 0.2 * growth;
        return eachRises
            && evidence.Urgency >= 1.2 * UrgentShare * strictness
            && room / slope.PerSecond < UrgentSeconds
            && values[2] > newHigh * _peaks.HighestBefore(window.Times[0]);
    }

    private bool Grows(GrowthPoints points, double seconds, double strictness, out GrowthEvidence evidence)
    {
        int start = 0;
        int count = _points.Count;
        while (points.Times[start] < points.Times[count - 1] - seconds)
        {
            start++;
        }

        GrowthWindow window = new(points, start, count);
        ReadOnlySpan<double> times = window.Times;
        ReadOnlySpan<double> values = window.Floors;
        evidence = new GrowthEvidence { Points = times.Length };
        if (times.Length < 5 || times[^1] - times[0] < 0.7 * seconds)
        {
            return false;
        }

        // The slopes are the dear part: most looks end here.
        int quarter = Math.Max(1, values.Length / 4);
        double lowest = Lowest(values[..quarter]);
        if (Highest(values[^quarter..]) - lowest < strictness * Math.Max(minimumGain, minimumRatio * Math.Max(0, lowest)))
        {
            return false;
        }

        double highestBefore = Math.Max(_peaks.HighestBefore(times[0]), Highest(window.OlderFloors));
        SlopeInterval slope = RobustSlope.SenInterval(times, values);
        int half = times.Length / 2;
        double second = RobustSlope.Sen(times[half..], values[half..]);
        double span = times[^1] - times[0];
        double gain = slope.PerSecond * span;
        evidence = new GrowthEvidence
        {
            Points = times.Length,
            Span = span,
            Start = values[0],
            End = values[^1],
            Growth = gain,
            RequiredGrowth = strictness * Math.Max(minimumGain, minimumRatio * Math.Max(0, values[^1] - gain)),
            Slope = slope,
            KendallZ = RobustSlope.KendallZ(values),
            HalfSlopeRatio = second / slope.PerSecond,
            WitnessShare = window.WitnessGrowth / gain,
            NewHighRatio = values[^1] / highestBefore,
        };
        return gain >= evidence.RequiredGrowth
            && evidence.KendallZ > 2
            && evidence.HalfSlopeRatio >= 0.7
            && !(evidence.WitnessShare < GrowthCheck.LeastWitnessShare)
            && values[^1] > highestBefore * newHigh;
    }

    private static double Lowest(ReadOnlySpan<double> values)
    {
        double lowest = double.PositiveInfinity;
        foreach (double value in values)
        {
            lowest = Math.Min(lowest, value);
        }

        return lowest;
    }

    private static double Highest(ReadOnlySpan<double> values)
    {
        double highest = double.NegativeInfinity;
        foreach (double value in values)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }
}
