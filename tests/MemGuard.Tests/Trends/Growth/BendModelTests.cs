using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class BendModelTests
{
    [Fact]
    public void SquaresRatio_Logarithm_IsFarBelowALine() =>
        Assert.InRange(Ratio([.. Points.Select(static i => 100 + (30 * Math.Log(1 + i)) + Noise(i))]), 0, 0.3);

    [Fact]
    public void SquaresRatio_Saturation_IsFarBelowALine() =>
        Assert.InRange(Ratio([.. Points.Select(static i => 100 - (80 * Math.Exp(-i / 8.0)) + Noise(i))]), 0, 0.3);

    [Fact]
    public void SquaresRatio_Line_IsNoneTheLess() =>
        Assert.InRange(Ratio([.. Points.Select(static i => 100 + (3 * i) + Noise(i))]), 0.9, 100);

    [Fact]
    public void SquaresRatio_LeakPerRequestAtNightfall_IsStraightAgainstWork()
    {
        double[] loads = [.. Points.Select(static i => 1 - (i / 30.0))];
        double sum = 0;
        double[] levels = [.. loads.Select((load, i) => 100 + (5 * (sum += load)) + Noise(i))];

        Assert.InRange(Ratio(levels, loads), 0.9, 100);
    }

    private static IEnumerable<int> Points => Enumerable.Range(0, 24);

    private static double Noise(int i) => i % 2 == 0 ? 0.8 : -0.8;

    private static double Ratio(double[] levels, double[]? loads = null)
    {
        GrowthWindow window = new SyntheticWindow { Levels = levels, Loads = loads }.Window();
        return BendModel.SquaresRatio(window, window.Floors);
    }
}
