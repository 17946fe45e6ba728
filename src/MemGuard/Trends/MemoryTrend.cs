namespace MemGuard.Trends;

/// <summary>How one series moved over a window of time.</summary>
/// <param name="Series">What was measured.</param>
/// <param name="Start">Level at the start of the window: bytes, or a count for timers and assemblies.</param>
/// <param name="End">Level at the end of the window.</param>
/// <param name="Window">Length of the window.</param>
/// <param name="PerHour">Robust slope, in units per hour.</param>
/// <param name="PerHourLow">Lower end of the slope's interval.</param>
/// <param name="PerHourHigh">Upper end of the slope's interval.</param>
/// <param name="Confidence">Significance of the growth, 0–1. Reported only; never the gate of an alert.</param>
public sealed record MemoryTrend(
    MemorySeries Series,
    double Start,
    double End,
    TimeSpan Window,
    double PerHour,
    double PerHourLow,
    double PerHourHigh,
    double Confidence)
{
    /// <summary>Growth over the window: <see cref="End"/> less <see cref="Start"/>.</summary>
    public double Growth => End - Start;
}
