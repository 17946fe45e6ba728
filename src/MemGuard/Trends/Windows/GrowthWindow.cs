namespace MemGuard.Trends;

/// <summary>The points of a window, oldest first, and the points before it.</summary>
internal readonly ref struct GrowthWindow(GrowthPoints points, int start, int count)
{
    /// <summary>The medians of the first and the last quarter of a straight line lie three quarters of its rise apart.</summary>
    public const double WholeOverQuarters = 4.0 / 3;

    private readonly GrowthPoints _points = points;

    public int Count => count - start;

    public double Span => Count == 0 ? 0 : Times[^1] - Times[0];

    public Span<double> Times => _points.Times[start..count];

    /// <summary>Writable: the load's share is taken out in place.</summary>
    public Span<double> Floors => _points.Floors[start..count];

    public Span<double> Loads => _points.Loads[start..count];

    /// <summary>The points of the window and those before it.</summary>
    public Span<double> AllTimes => _points.Times[..count];

    public Span<double> AllFloors => _points.Floors[..count];

    public Span<double> AllLoads => _points.Loads[..count];

    public Span<double> OlderTimes => _points.Times[..start];

    public Span<double> OlderFloors => _points.Floors[..start];

    public Span<double> OlderLoads => _points.Loads[..start];

    /// <summary>Growth of the second opinion over the window; NaN when there is none.</summary>
    public double WitnessGrowth => GrowthOf(_points.Witnesses[start..count]);

    public double ManagedGrowth => GrowthOf(_points.Managed[start..count]);

    public double CollectionCount => GrowthOf(_points.Collections[start..count]);

    /// <summary>Median floor of quarter 0–3 of the points.</summary>
    public double Quarter(int quarter) => RobustSlope.Median(Floors[(Count * quarter / 4)..(Count * (quarter + 1) / 4)]);

    /// <summary>Seconds from the level of the first quarter to that of the last: few or uneven points lie otherwise than three quarters of the window apart.</summary>
    public double BetweenQuarters => RobustSlope.Median(Times[(Count * 3 / 4)..]) - RobustSlope.Median(Times[..(Count / 4)]);

    public double LoadQuarter(int quarter) => Mean(Loads[(Count * quarter / 4)..(Count * (quarter + 1) / 4)]);

    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        int known = 0;
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += value;
                known++;
            }
        }

        return known == 0 ? double.NaN : sum / known;
    }

    private static double GrowthOf(ReadOnlySpan<double> values)
    {
        double first = double.NaN;
        double last = double.NaN;
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                first = double.IsNaN(first) ? value : first;
                last = value;
            }
        }

        return last - first;
    }
}
