using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Sixteen hours, a point each 40 minutes, with noise of a few megabytes.</summary>
public sealed class WaveModelTests
{
    private const double Day = 86400;
    private const double Width = 2400;

    /// <summary>Whatever the hour at which the process began: the wave's lag is free.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.7)]
    public void SquaresRatio_WaveOfADay_IsFarBelowGrowth(double phase) =>
        Assert.InRange(Ratio(time => 100 + (40 * Math.Sin(2 * Math.PI * ((time / Day) + phase)))), 0, 0.3);

    [Fact]
    public void SquaresRatio_SteadyGrowth_IsFarAbove() =>
        Assert.InRange(Ratio(static time => 100 + (time / 800)), 2, 1e9);

    [Fact]
    public void SquaresRatio_AcceleratingGrowth_IsAbove() =>
        Assert.InRange(Ratio(static time => 100 + (80 * Math.Pow(time / Day * 1.5, 2))), 1.25, 1e9);

    [Fact]
    public void SquaresRatio_LeakThatBeganOnTheWay_IsAbove() =>
        Assert.InRange(Ratio(static time => 100 + (Math.Max(0, time - (0.25 * Day)) / 400)), 1.25, 1e9);

    [Fact]
    public void SquaresRatio_LeakPerRequestUnderAWave_IsStraightAgainstWork()
    {
        // The rate of a quarter of a day halves; what has leaked is its sum.
        double sum = 0;
        Func<double, double> load = static time => 1 + (0.8 * Math.Cos(2 * Math.PI * time / Day));
        double[] leaked = [.. Times.Select(time => sum += load(time))];

        Assert.InRange(Ratio(time => 100 + (4 * leaked[(int)(time / Width)]), load), 1.25, 1e9);
    }

    [Fact]
    public void SquaresRatio_LineWithoutNoise_IsNoWave() =>
        Assert.True(WaveModel.SquaresRatio(Times, [.. Times.Select(static time => 2 * time)], [.. Times.Select(static _ => double.NaN)]) > 100);

    private static double[] Times => [.. Enumerable.Range(0, 24).Select(static i => Width * i)];

    private static double Noise(int i) => (i * 7 % 5) - 2;

    private static double Ratio(Func<double, double> level, Func<double, double>? load = null) => WaveModel.SquaresRatio(
        Times,
        [.. Times.Select((time, i) => level(time) + Noise(i))],
        [.. Times.Select(time => load?.Invoke(time) ?? double.NaN)]);
}
