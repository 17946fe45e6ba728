namespace MemGuard.Trends;

/// <summary>The decisions that windows, readings, suspicions and counts make in the same way; each brings thresholds of its own.</summary>
internal static class Judgement
{
    /// <summary>Growth below this is not looked at, at this level.</summary>
    public static double LeastGrowth(double minimum, double ratio, double level) => Math.Max(minimum, ratio * level);

    /// <summary>Growth over what it has eaten and what is left: 0 where there is no limit or no growth, 1 at the limit.</summary>
    public static double Urgency(double growth, double headroom) =>
        growth <= 0 || double.IsInfinity(headroom) ? 0 : growth / (growth + Math.Max(0, headroom));

    /// <summary>The highest value before a window: of the points before it and, where they are asked, of the half hours before it.</summary>
    public static double HighestBefore(GrowthWindow window, PeakHistory? peaks)
    {
        double highest = peaks?.HighestBefore(window.Times[0]) ?? 0;
        foreach (double older in window.OlderFloors)
        {
            highest = Math.Max(highest, older);
        }

        return highest;
    }

    /// <summary>Whether the last value lies above the highest before it by more than this factor; nothing before it is no obstacle.</summary>
    public static bool IsNewHigh(double last, double highest, double leastRatio, ref GrowthEvidence evidence)
    {
        if (highest <= 0)
        {
            return true;
        }

        evidence.NewHighRatio = last / highest;
        return evidence.NewHighRatio > leastRatio;
    }

    /// <summary>Slope of the points from <paramref name="later"/> on over that of the points before <paramref name="earlier"/>.</summary>
    public static double LaterOverEarlier(ReadOnlySpan<double> times, ReadOnlySpan<double> values, int earlier, int later) =>
        Ratio(RobustSlope.Sen(times[later..], values[later..]), RobustSlope.Sen(times[..earlier], values[..earlier]));

    /// <summary>Slope of the points from <paramref name="later"/> on over that of all.</summary>
    public static double LaterOverWhole(ReadOnlySpan<double> times, ReadOnlySpan<double> values, int later, SlopeInterval whole) =>
        RobustSlope.Sen(times[later..], values[later..]) / whole.PerSecond;

    /// <summary>A ratio of slopes: infinite when only the later one rises, 0 when it does not.</summary>
    public static double Ratio(double numerator, double denominator) =>
        denominator > 0 ? numerator / denominator : numerator > 0 ? double.PositiveInfinity : 0;

    public static bool IsBetween(double value, double low, double high) => value >= low && value <= high;
}
