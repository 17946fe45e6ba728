namespace MemGuard.Trends;

/// <summary>
/// The readings after full collections, one by one: they confirm or withdraw a suspicion within a minute, and decide where
/// full collections are too rare to fill buckets.
/// </summary>
internal sealed class CollectionWatch
{
    private const int QuickReadings = 4;
    private const double QuickSpan = 30;
    private const int ProvingReadings = 4;
    private const double ProvingBytes = 512 << 10;
    private const double SoonUrgency = 0.18;
    private const double SureUrgency = 0.22;

    /// <summary>Later than the first half hour, half a minute of growth is more often a job than a leak: it must be larger.</summary>
    private const double LateUrgency = 0.40;
    private const double LateUptime = 1800;
    private const double LargeSpan = 120;
    private const double LargeUrgency = 0.35;

    /// <summary>A limit this near makes a fifth of the room important.</summary>
    private const double SoonSeconds = 330;

    /// <summary>Collections come in pairs: the second look must be this share of the span later than the first.</summary>
    private const double SecondLook = 0.05;

    private ReadingRing _readings;
    private double _loadSum;
    private int _loadCount;
    private int _quickPasses;

    /// <summary>Time since when every look at the readings has passed.</summary>
    private double _passedAt = double.NaN;

    public double LastTime => _readings.LastTime;

    public double LastLive => _readings.LastValue;

    /// <summary>Whether every full collection since a moment left more alive than the one before: proof for a count that climbs.</summary>
    public bool RisesSince(double since)
    {
        double first = double.NaN;
        double last = double.NaN;
        int count = 0;
        for (int i = 0; i < _readings.Count; i++)
        {
            ReadingRing.Reading reading = _readings[i];
            if (reading.Time < since)
            {
                continue;
            }

            if (reading.Value <= last)
            {
                return false;
            }

            first = double.IsNaN(first) ? reading.Value : first;
            last = reading.Value;
            count++;
        }

        return count >= ProvingReadings && last - first >= ProvingBytes;
    }

    public void AddLoad(double load)
    {
        if (!double.IsNaN(load))
        {
            _loadSum += load;
            _loadCount++;
        }
    }

    /// <summary>Takes the reading after a full collection that is new.</summary>
    public void Add(double time, double live, in GrowthDemands demands, FastWatch suspicion, GrowthChannel channel, TrendTrace? trace)
    {
        _readings.Add(time, live, _loadCount == 0 ? double.NaN : _loadSum / _loadCount);
        _loadSum = _loadCount = 0;
        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        if (suspicion.IsSuspected)
        {
            JudgeSuspicion(time, demands, suspicion, channel, points, trace);
        }
        else
        {
            _quickPasses = 0;
        }

        GrowthEvidence evidence = Examine(points, demands, time, trace);
        if (!evidence.Passed)
        {
            _passedAt = double.NaN;
        }
        else if (double.IsNaN(_passedAt))
        {
            _passedAt = time;
        }
        else if (time - _passedAt >= SecondLook * evidence.Span)
        {
            channel.Confirm(time, evidence);
        }
    }

    public void Clear()
    {
        _readings.Clear();
        _loadSum = _loadCount = _quickPasses = 0;
        _passedAt = double.NaN;
    }

    /// <summary>Looks at all readings and at ever fewer of the newest: the first ones may be the warm-up.</summary>
    private GrowthEvidence Examine(GrowthPoints points, in GrowthDemands demands, double time, TrendTrace? trace)
    {
        // Most looks end here.
        (double lowest, double rise) = _readings.LargestRise();
        if (!demands.Allows(lowest, rise, _readings.LastTime - _readings[0].Time, out GrowthEvidence evidence))
        {
            return evidence;
        }

        // Enough of them are as good as the buckets of a ring whose width fits.
        evidence = new GrowthEvidence { Failed = GrowthTest.Points };
        for (int length = _readings.Count; length >= GrowthCheck.MinimumPoints && !evidence.Passed; length = length * 2 / 3)
        {
            evidence = GrowthCheck.Examine(_readings.Window(length, points), demands);
            trace?.Looked(time, MemorySeries.LiveHeap, 0, evidence);
        }

        for (int length = _readings.Count; length >= ReadingCheck.MinimumReadings && !evidence.Passed; length = length * 2 / 3)
        {
            int count = _readings.CopySince(double.NegativeInfinity, points);
            evidence = ReadingCheck.Examine(new GrowthWindow(points, count - length, count), demands, isAll: length == count);
            trace?.Looked(time, MemorySeries.LiveHeap, 0, evidence);
        }

        return evidence;
    }

    private void JudgeSuspicion(
        double time, in GrowthDemands demands, FastWatch suspicion, GrowthChannel channel, GrowthPoints points, TrendTrace? trace)
    {
        int all = _readings.CopySince(double.NegativeInfinity, points);
        double lowest = double.PositiveInfinity;
        foreach (double value in points.Floors[..all])
        {
            lowest = Math.Min(lowest, value);
        }

        int count = _readings.CopySince(suspicion.Since, points);
        if (count < 2)
        {
            return;
        }

        ReadOnlySpan<double> times = points.Times[..count];
        ReadOnlySpan<double> values = points.Floors[..count];
        double distance = times[^1] - times[^2];
        double expected = suspicion.Evidence.Slope.PerSecond * distance;
        if (distance >= 8 && values[^1] - values[^2] < 0.2 * expected && expected > 0.01 * values[^2])
        {
            suspicion.Withdraw(time, "full collections show a plateau", trace);
            return;
        }

        if (count < QuickReadings || times[^1] - times[0] < QuickSpan)
        {
            return;
        }

        SlopeInterval slope = RobustSlope.SenInterval(times, values);
        double growth = values[^1] - lowest;
        GrowthEvidence evidence = new()
        {
            Rule = GrowthRule.FullCollections,
            Points = count,
            Span = times[^1] - times[0],
            Start = values[0],
            End = values[^1],
            Growth = growth,
            Urgency = demands.Urgency(growth),
            HalfSlopeRatio = RobustSlope.Sen(times[(count / 2)..], values[(count / 2)..]) / slope.PerSecond,
            Slope = slope,
            KendallZ = RobustSlope.KendallZ(values),
        };
        // A warm-up bends within a minute; a leak under steady load is as straight as a ruler.
        bool isSteady = slope.Low > 0.85 * slope.PerSecond && evidence.HalfSlopeRatio >= 0.9;
        double strictness = demands.StrictnessOver(evidence.Span);
        (double soon, double sure) = demands.Uptime >= LateUptime ? (LateUrgency, LateUrgency) : (SoonUrgency, SureUrgency);
        bool isSoon = evidence.Urgency >= soon * strictness && demands.Room / slope.PerSecond < SoonSeconds;
        bool isLarge = evidence.Span >= LargeSpan && evidence.Urgency >= LargeUrgency * strictness;
        evidence.Failed = !isSteady ? GrowthTest.LevellingOff : !isSoon && !isLarge ? GrowthTest.Importance : GrowthTest.None;
        trace?.Looked(time, MemorySeries.LiveHeap, 0, evidence);
        _quickPasses = evidence.Passed ? _quickPasses + 1 : 0;
        if (_quickPasses >= 2 || (evidence.Passed && evidence.Urgency >= sure * strictness))
        {
            channel.Confirm(time, evidence);
        }
    }
}
