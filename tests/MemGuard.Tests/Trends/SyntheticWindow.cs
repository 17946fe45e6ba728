using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>A window as a test writes it down: levels in megabytes at equal distances, and what else was known of each point.</summary>
internal sealed record SyntheticWindow
{
    public const double MB = 1 << 20;

    public required double[] Levels { get; init; }

    public double WidthSeconds { get; init; } = 20;

    /// <summary>Time of the first point.</summary>
    public double Begins { get; init; }

    /// <summary>How many of the points lie before the window.</summary>
    public int Older { get; init; }

    public double[]? Loads { get; init; }

    /// <summary>What the second opinion, the managed heap and the number of collections grow by over the window.</summary>
    public double WitnessMegabytes { get; init; } = double.NaN;

    public double ManagedMegabytes { get; init; } = double.NaN;

    public double Collections { get; init; } = double.NaN;

    public double Span => WidthSeconds * (Levels.Length - Older - 1);

    /// <summary>The growth that the detector sees in it, before it takes anything out.</summary>
    public double GrowthMegabytes => Window().Quarter(3) is var last ? GrowthWindow.WholeOverQuarters * (last - Window().Quarter(0)) / MB : 0;

    /// <summary>A line of levels.</summary>
    public static double[] Line(int count, double from, double step) => [.. Enumerable.Range(0, count).Select(i => from + (step * i))];

    /// <summary>Two lines: the second half of the points is so many times as steep as the first.</summary>
    public static double[] Bent(int count, double from, double step, double ratio)
    {
        int half = count / 2;
        return [.. Enumerable.Range(0, count).Select(i => from + (step * Math.Min(i, half)) + (ratio * step * Math.Max(0, i - half)))];
    }

    public GrowthWindow Window()
    {
        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        for (int i = 0; i < Levels.Length; i++)
        {
            double share = (double)Math.Max(0, i - Older) / (Levels.Length - Older - 1);
            points.Times[i] = Begins + (WidthSeconds * i);
            points.Floors[i] = Levels[i] * MB;
            points.Loads[i] = Loads?[i] ?? double.NaN;
            points.Witnesses[i] = share * WitnessMegabytes * MB;
            points.Managed[i] = share * ManagedMegabytes * MB;
            points.Collections[i] = share * Collections;
        }

        return new GrowthWindow(points, Older, Levels.Length);
    }

    /// <summary>Demands of a service that started with the window and whose headroom makes the window's growth this share.</summary>
    public GrowthDemands Demands(double urgency) =>
        new(Uptime: Span + 1, GrowthMegabytes * MB * (1 - urgency) / urgency, 4 * MB, 0.05, double.NaN, 1, 30 * 86_400, IsUnmanaged: false, Peaks: null);

    public GrowthEvidence Examine(in GrowthDemands demands) => GrowthCheck.Examine(Window(), demands);

    public GrowthEvidence Examine(double urgency) => Examine(Demands(urgency));
}
