namespace MemGuard.Trends;

/// <summary>Growth of one series, ready to be reported.</summary>
/// <param name="Stage">Suspected or confirmed.</param>
/// <param name="Rule">The rule that confirmed it.</param>
/// <param name="Trend">The figures.</param>
/// <param name="Forecast">When the nearer limit is reached; null when the data does not support one.</param>
internal sealed record GrowthFact(GrowthStage Stage, GrowthRule Rule, MemoryTrend Trend, LimitForecast? Forecast)
{
    public MemorySeries Series => Trend.Series;
}
