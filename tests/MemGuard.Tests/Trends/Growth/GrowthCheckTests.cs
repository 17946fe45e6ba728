using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class GrowthCheckTests
{
    private const double MB = 1 << 20;
    private const int Points = 24;

    [Fact]
    public void Examine_AStraightLine_Passes() => Assert.Equal(GrowthTest.None, Examine(static i => 0).Failed);

    [Fact]
    public void Examine_TheSameRiseWithASlopeThatMayAsWellBeHalfAsSteepAgain_IsNotCertain()
    {
        GrowthEvidence evidence = Examine(static i => (i % 4) switch { 0 => 0, 1 => 1, 2 => 0.2, _ => 0.7 });

        Assert.Equal(GrowthTest.Certainty, evidence.Failed);
        Assert.True(evidence.Slope.Width > 1.5);
        Assert.Equal(1, evidence.HalfSlopeRatio, 0.15);
    }

    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(0, 3, double.PositiveInfinity)]
    [InlineData(-1, 3, double.PositiveInfinity)]
    public void Width_IsTheUpperEndOverTheLower_OrInfinite(double low, double high, double width) =>
        Assert.Equal(width, new SlopeInterval(2, low, high).Width);

    /// <summary>A rise of 48 MB in eight minutes to within 20 MB of the limit; the wobble is a share of half of it.</summary>
    private static GrowthEvidence Examine(Func<int, double> wobble)
    {
        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        for (int i = 0; i < Points; i++)
        {
            points.Times[i] = 20 * i;
            points.Floors[i] = (100 + (2 * i) + (24 * wobble(i))) * MB;
            points.Loads[i] = points.Witnesses[i] = points.Managed[i] = points.Collections[i] = double.NaN;
        }

        GrowthDemands demands = new(Uptime: 480, 20 * MB, 4 * MB, 0.05, double.NaN, 1, 30 * 86400, IsUnmanaged: false, Peaks: null);
        return GrowthCheck.Examine(new GrowthWindow(points, 0, Points), demands);
    }
}
