using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class SlopeIntervalTests
{
    [Theory]
    [InlineData(2, 5, 2.5)]
    [InlineData(0, 5, double.PositiveInfinity)]
    [InlineData(-1, 5, double.PositiveInfinity)]
    public void Width_Interval_IsItsUpperEndOverItsLower(double low, double high, double width) => Assert.Equal(width, new SlopeInterval(3, low, high).Width);

    [Theory]
    [InlineData(7, true)]
    [InlineData(5, false)]
    public void IsSureOf_LowerEnd_MustBeThisShareOfTheSlope(double low, bool isSure) => Assert.Equal(isSure, new SlopeInterval(10, low, 20).IsSureOf(0.6));
}
