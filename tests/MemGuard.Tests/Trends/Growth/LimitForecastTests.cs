using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class LimitForecastTests
{
    [Fact]
    public void From_SlopeWithItsInterval_GivesTheRange()
    {
        LimitForecast forecast = LimitForecast.From(1000, new SlopeInterval(10, 5, 20))!;

        Assert.Equal((TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(200)), (forecast.Best, forecast.Low, forecast.High!.Value));
    }

    [Theory]
    [InlineData(1000, -1)]
    [InlineData(1000, 0)]
    [InlineData(double.PositiveInfinity, 5)]
    [InlineData(-1, 5)]
    public void From_IntervalWithZeroOrNoLimit_GivesNone(double headroom, double low) =>
        Assert.Null(LimitForecast.From(headroom, new SlopeInterval(10, low, 20)));

    [Fact]
    public void From_LimitReached_IsNow() => Assert.Equal(TimeSpan.Zero, LimitForecast.From(0, Slope(1, 2, 4))!.Best);

    [Fact]
    public void From_SlopeAndHeadroom_DividesByEachEnd() =>
        Assert.Equal(new LimitForecast(TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(400)), LimitForecast.From(400, Slope(1, 2, 4)));

    [Fact]
    public void From_LowerEndBeyondTenYears_LeavesTheRangeOpen()
    {
        const double Years = 365 * 86_400;

        Assert.Equal(TimeSpan.FromDays(3650), LimitForecast.From(10 * Years, Slope(1, 2, 4))!.High);
        Assert.Null(LimitForecast.From(10 * Years, Slope(0.99, 2, 4))!.High);
        Assert.NotNull(LimitForecast.From(20 * Years, Slope(1, 2, 4)));
        Assert.Null(LimitForecast.From(20.1 * Years, Slope(1, 2, 4)));
    }

    private static SlopeInterval Slope(double low, double perSecond, double high) => new(perSecond, low, high);
}
