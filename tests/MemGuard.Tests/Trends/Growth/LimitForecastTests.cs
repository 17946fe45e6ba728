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
}
