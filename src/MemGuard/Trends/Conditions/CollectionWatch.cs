using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>
/// The readings after full collections, one by one: they confirm or withdraw a suspicion within a minute, and decide where
/// full collections are too rare to fill buckets.
/// </summary>
internal sealed class CollectionWatch(TrendRules rules)
{
    private ReadingRing _readings;
    private double _loadSum;
    private int _loadCount;
    private int _quickPasses;

    /// <summary>Time since when every look at the readings has passed.</summary>
    private double _passedAt = double.NaN;

    /// <summary>Growth of the readings that has passed once; NaN when the newest look did not.</summary>
    public double PassedGrowth { get; private set; } = double.NaN;

    public double LastTime => _readings.LastTime;

    public double LastLive => _readings.LastValue;

    public void AddLoad(double load)
    {
        if (!double.IsNaN(load))
        {
            _loadSum += load;
            _loadCount++;
        }
    }

    /// <summary>Takes the reading after a full collection that is new.</summary>
    [MethodImpl(EverySample.Compiled)]
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
        PassedGrowth = evidence.Passed ? evidence.Growth : double.NaN;
        if (!evidence.Passed)
        {
            _passedAt = double.NaN;
        }
        else if (double.IsNaN(_passedAt))
        {
            _passedAt = time;
        }
        else if (time - _passedAt >= rules.Reading.SecondLookShare * evidence.Span)
        {
            channel.Confirm(time, evidence);
        }
    }

    public void Clear()
    {
        _readings.Clear();
        _loadSum = _loadCount = _quickPasses = 0;
        _passedAt = PassedGrowth = double.NaN;
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
        for (int length = _readings.Count; length >= rules.Window.LeastPoints && !evidence.Passed; length = Fewer(length))
        {
            evidence = GrowthCheck.Examine(_readings.Window(length, points), demands);
            trace?.Looked(time, MemorySeries.LiveHeap, 0, evidence);
        }

        for (int length = _readings.Count; length >= rules.Reading.LeastReadings && !evidence.Passed; length = Fewer(length))
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
        ReadOnlySpan<double> times = points.Times[..count];
        ReadOnlySpan<double> values = points.Floors[..count];
        if (ConfirmationCheck.IsPlateau(times, values, suspicion.Evidence.Slope.PerSecond, rules.Confirmation))
        {
            suspicion.Withdraw(time, "full collections show a plateau", trace);
            return;
        }

        if (!ConfirmationCheck.IsEnough(times, rules.Confirmation))
        {
            return;
        }

        GrowthEvidence evidence = ConfirmationCheck.Examine(times, values, lowest, demands);
        trace?.Looked(time, MemorySeries.LiveHeap, 0, evidence);
        _quickPasses = evidence.Passed ? _quickPasses + 1 : 0;
        if (_quickPasses >= rules.Confirmation.Passes || (evidence.Passed && ConfirmationCheck.IsSure(evidence, demands)))
        {
            channel.Confirm(time, evidence);
        }
    }

    private int Fewer(int length) => (int)(length * rules.Reading.NextLookShare);
}
