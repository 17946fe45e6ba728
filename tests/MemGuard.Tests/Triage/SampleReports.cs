using MemGuard.Trends;

namespace MemGuard.Tests.Triage;

/// <summary>Reports of the detector as its rules make them, one growth of 176 MB in 14 minutes.</summary>
internal static class SampleReports
{
    public const double Megabyte = 1 << 20;

    public static TrendReport Quiet => new() { Sample = default };

    public static TrendReport Growing(MemorySeries series, GrowthStage stage) => Quiet with { Growth = Growth(series, stage) };

    public static GrowthFact Growth(MemorySeries series, GrowthStage stage) => new(stage, GrowthRule.Urgent, Trend(series), null);

    public static MemoryTrend Trend(MemorySeries series) => new()
    {
        Series = series,
        Start = 212 * Megabyte,
        End = 388 * Megabyte,
        Window = TimeSpan.FromMinutes(14),
        PerHour = 12.6 * 60 * Megabyte,
        PerHourLow = 10 * 60 * Megabyte,
        PerHourHigh = 15 * 60 * Megabyte,
        Confidence = 0.99,
    };

    public static MemoryTrend Count(MemorySeries series) =>
        Trend(series) with { Start = 1204, End = 6005, PerHour = 72_000, Window = TimeSpan.FromMinutes(4) };
}
