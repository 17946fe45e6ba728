namespace MemGuard.Trends;

/// <summary>The points of a window, oldest first, and the points before it.</summary>
internal readonly ref struct GrowthWindow(
    ReadOnlySpan<double> times,
    Span<double> floors,
    ReadOnlySpan<double> loads,
    ReadOnlySpan<double> witnesses,
    ReadOnlySpan<double> olderTimes,
    ReadOnlySpan<double> olderFloors,
    ReadOnlySpan<double> olderLoads)
{
    public readonly ReadOnlySpan<double> Times = times;

    /// <summary>Writable: the load's share is taken out in place.</summary>
    public readonly Span<double> Floors = floors;
    public readonly ReadOnlySpan<double> Loads = loads;
    public readonly ReadOnlySpan<double> Witnesses = witnesses;
    public readonly ReadOnlySpan<double> OlderTimes = olderTimes;
    public readonly ReadOnlySpan<double> OlderFloors = olderFloors;
    public readonly ReadOnlySpan<double> OlderLoads = olderLoads;

    public int Count => Times.Length;

    public double Span => Count == 0 ? 0 : Times[^1] - Times[0];

    /// <summary>Median floor of quarter 0–3 of the points.</summary>
    public double Quarter(int quarter) => RobustSlope.Median(Floors[(Count * quarter / 4)..(Count * (quarter + 1) / 4)]);

    public double LoadQuarter(int quarter) => Mean(Loads[(Count * quarter / 4)..(Count * (quarter + 1) / 4)]);

    /// <summary>Growth of the witness over the window; NaN when there is none.</summary>
    public double WitnessGrowth()
    {
        double first = double.NaN;
        double last = double.NaN;
        foreach (double witness in Witnesses)
        {
            if (!double.IsNaN(witness))
            {
                first = double.IsNaN(first) ? witness : first;
                last = witness;
            }
        }

        return last - first;
    }

    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
