namespace MemGuard.Trends;

/// <summary>Time until a limit is reached at the present rate.</summary>
/// <param name="Best">From the robust slope.</param>
/// <param name="Low">From the upper end of the slope's interval.</param>
/// <param name="High">From the lower end; null when that end gives none.</param>
internal sealed record LimitForecast(TimeSpan Best, TimeSpan Low, TimeSpan? High)
{
    /// <summary>Ten years: what lies beyond is no forecast of a process.</summary>
    private const double LongestSeconds = 10L * 365 * 86400;

    /// <summary>Null when the slope's interval contains zero, no limit is known, or the answer is in another decade.</summary>
    public static LimitForecast? From(double headroom, SlopeInterval slope)
    {
        if (!(slope.Low > 0) || !double.IsFinite(headroom) || headroom < 0 || headroom / slope.PerSecond > LongestSeconds)
        {
            return null;
        }

        double high = headroom / slope.Low;
        return new LimitForecast(
            TimeSpan.FromSeconds(headroom / slope.PerSecond),
            TimeSpan.FromSeconds(headroom / slope.High),
            high > LongestSeconds ? null : TimeSpan.FromSeconds(high));
    }
}
