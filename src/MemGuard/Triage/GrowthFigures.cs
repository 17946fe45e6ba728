using MemGuard.Trends;

namespace MemGuard.Triage;

/// <summary>A growth in four figures that agree: from where to where, in which time, how fast.</summary>
/// <param name="Start">Level at the beginning, in the series' unit.</param>
/// <param name="End">Level at the end.</param>
/// <param name="Window">Time between the two.</param>
/// <param name="PerHour">The difference of the two over the time between them.</param>
internal sealed record GrowthFigures(double Start, double End, TimeSpan Window, double PerHour)
{
    /// <summary>The present rate says something of its own when it differs from that of the window by more.</summary>
    private const double NoteworthyRatio = 0.1;

    public static GrowthFigures Of(GrowthFact growth)
    {
        MemoryTrend trend = growth.Trend;
        double perHour = trend.Window > TimeSpan.Zero ? trend.Growth / trend.Window.TotalHours : trend.PerHour;
        return new GrowthFigures(trend.Start, trend.End, trend.Window, perHour);
    }

    /// <summary>Whether the present rate, on which a forecast rests, is another than that of the window: growth that bends, or that the load explains in part.</summary>
    public bool DiffersFrom(double presentPerHour) => Math.Abs(presentPerHour - PerHour) > NoteworthyRatio * Math.Abs(PerHour);
}
