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

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 7_200)]
    [InlineData(true, 0)]
    [InlineData(true, 7_200)]
    public void SquaresRatio_RandomWindows_EqualsTheDefinition(bool hasLoad, double begins)
    {
        Random random = new(11);
        for (int round = 0; round < 200; round++)
        {
            double slope = random.NextDouble() * 4;
            double bent = random.NextDouble() * 60;
            double ofLoad = (random.NextDouble() * 8) - 2;
            double[] loads = [.. Points.Select(_ => hasLoad ? 1 + random.NextDouble() : 0)];
            double[] levels = [.. loads.Select((load, i) => 100 + (slope * i) + (bent * Math.Log(1 + i)) + (ofLoad * load) + (random.NextDouble() * 5))];
            GrowthWindow window = new SyntheticWindow { Levels = levels, Loads = hasLoad ? loads : null, Begins = begins }.Window();

            double expected = NaiveBend.SquaresRatio(window.Times.ToArray(), loads, window.Floors.ToArray());

            Assert.Equal(1, BendModel.SquaresRatio(window, window.Floors) / expected, 6);
        }
    }

    [Fact]
    public void SquaresRatio_LoadThatIsKnownNowAndThen_IsTheMeanElsewhere()
    {
        double[] loads = [.. Points.Select(static i => i % 3 == 0 ? double.NaN : 2.0)];
        double[] filled = [.. loads.Select(static _ => 2.0)];
        double[] levels = [.. Points.Select(static i => 100 + (30 * Math.Log(1 + i)) + Noise(i))];

        Assert.Equal(Ratio(levels, filled), Ratio(levels, loads), 12);
    }

    [Fact]
    public void SquaresRatio_LevelThatDoesNotMove_CannotBeTold() => Assert.Equal(1, Ratio([.. Points.Select(static _ => 100.0)]));

    [Fact]
    public void SquaresRatio_LoadThatMovesAndIsNotKnownNowAndThen_IsTheMeanElsewhere()
    {
        double[] loads = [.. Points.Select(static i => i % 3 == 0 ? double.NaN : i % 5)];
        double mean = loads.Where(static load => !double.IsNaN(load)).Average();
        double[] filled = [.. loads.Select(load => double.IsNaN(load) ? mean : load)];
        double[] levels = [.. Points.Select(i => 100 + (30 * Math.Log(1 + i)) + (2 * filled[i]) + Noise(i))];

        Assert.Equal(Ratio(levels, filled), Ratio(levels, loads), 12);
    }

    [Fact]
    public void SquaresRatio_NoWorkIsDone_IsThatOfTimeAlone()
    {
        double[] levels = [.. Points.Select(static i => 100 + (30 * Math.Log(1 + i)) + Noise(i))];

        Assert.Equal(Ratio(levels), Ratio(levels, [.. Points.Select(static _ => 0.0)]), 12);
    }

    /// <summary>Neither a line nor a curve explains by rising what falls.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void SquaresRatio_LevelFalls_CannotBeTold(double perLoad)
    {
        double[] loads = [.. Points.Select(static i => 1.0 + (i % 4))];

        Assert.Equal(1, Ratio([.. Points.Select(i => 300 - (3 * i) + (perLoad * loads[i]) + Noise(i))], perLoad == 0 ? null : loads));
    }

    private static IEnumerable<int> Points => Enumerable.Range(0, 24);

    private static double Noise(int i) => i % 2 == 0 ? 0.8 : -0.8;

    private static double Ratio(double[] levels, double[]? loads = null)
    {
        GrowthWindow window = new SyntheticWindow { Levels = levels, Loads = loads }.Window();
        return BendModel.SquaresRatio(window, window.Floors);
    }
}
