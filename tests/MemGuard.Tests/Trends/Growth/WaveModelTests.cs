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

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 7200)]
    [InlineData(true, 0)]
    [InlineData(true, 7200)]
    public void SquaresRatio_RandomWindows_EqualsTheDefinition(bool hasLoad, double begins)
    {
        Random random = new(17);
        double[] times = [.. Times.Select(time => begins + time)];
        for (int round = 0; round < 100; round++)
        {
            double slope = random.NextDouble() * 3;
            double wave = random.NextDouble() * 30;
            double from = random.Next(24);
            double[] loads = [.. times.Select(_ => 1 + random.NextDouble())];
            double[] levels = [.. times.Select((time, i) =>
                100 + (slope * Math.Max(0, i - from)) + (wave * Math.Sin(2 * Math.PI * time / Day)) + (5 * loads[i]) + (random.NextDouble() * 5))];

            double expected = NaiveWave.SquaresRatio(times, levels, hasLoad ? loads : null);

            Assert.Equal(1, WaveModel.SquaresRatio(times, levels, hasLoad ? loads : [.. times.Select(static _ => double.NaN)]) / expected, 6);
        }
    }

    /// <summary>Against work done the leak is exact, against time it is not: only the sum of what was done says so.</summary>
    [Fact]
    public void SquaresRatio_LeakPerRequestThatBeganOnTheWay_LeavesNothingAgainstWork()
    {
        double[] loads = [.. Times.Select(static (_, i) => 1.0 + (i % 5))];
        double sum = 0;
        double[] work = [.. loads.Select((load, i) => i == 0 ? 0 : sum += load)];
        double[] levels = [.. work.Select(done => 100 + Math.Max(0, done - work[12]))];

        Assert.InRange(WaveModel.SquaresRatio(Times, levels, loads), 1e9, double.PositiveInfinity);
    }

    private static double[] Times => [.. Enumerable.Range(0, 24).Select(static i => Width * i)];

    private static double Noise(int i) => (i * 7 % 5) - 2;

    private static double Ratio(Func<double, double> level, Func<double, double>? load = null) => WaveModel.SquaresRatio(
        Times,
        [.. Times.Select((time, i) => level(time) + Noise(i))],
        [.. Times.Select(time => load?.Invoke(time) ?? double.NaN)]);
}
