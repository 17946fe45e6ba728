using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Which windows are asked whether they are half of a day's wave, and with which of their points. Each lasts eleven hours and a half since the start.</summary>
public sealed class GrowthCheckWaveThresholdTests
{
    private const double MB = SyntheticWindow.MB;
    private const double Width = 1800;
    private const double End = 23 * Width;

    private static readonly SyntheticWindow Noisy = new() { Levels = [.. SyntheticWindow.Line(24, 100, 2).Select(static (level, i) => level + (i * 7 % 5))], WidthSeconds = Width };

    private static readonly SyntheticWindow Straight = Noisy with { Levels = SyntheticWindow.Line(24, 100, 2) };

    [Theory]
    [InlineData(1, 0.35, nameof(GrowthTest.None))]
    [InlineData(1.001, 0.35, nameof(GrowthTest.Wave))]
    [InlineData(1.001, 0.5, nameof(GrowthTest.None))]
    public void Examine_WaveThatLeavesAsMuchAsAsked_IsNone(double factor, double urgency, string failed)
    {
        double ratio = Noisy.Examine(0.35).WaveRatio;

        Assert.Equal(failed, Examine(Noisy, new WindowRules { LeastWaveRatio = factor * ratio }, urgency).Failed.ToString());
    }

    // The first half hour belongs to the start.
    [Fact]
    public void Examine_PointsOfTheStart_AreNoPartOfAWave()
    {
        GrowthWindow points = Noisy.Window();

        double expected = WaveModel.SquaresRatio(points.Times[1..], points.Floors[1..], points.Loads[1..]);

        Assert.Equal(expected, Noisy.Examine(0.35).WaveRatio);
    }

    [Theory]
    [InlineData(End, false)]
    [InlineData(End + 1, true)]
    public void Examine_SpanThatHasSeenAWholeWave_IsNotAsked(double seconds, bool isAsked) =>
        Assert.Equal(isAsked, IsAsked(Noisy, new WindowRules { WavesCountWithinSeconds = seconds }));

    [Theory]
    [InlineData(End - Width, true)]
    [InlineData(End - Width + 1, false)]
    public void Examine_LeastOfADayAfterTheStart_IsEnough(double seconds, bool isAsked) =>
        Assert.Equal(isAsked, IsAsked(Noisy, new WindowRules { WavesCountFromSeconds = seconds }));

    [Theory]
    [InlineData(12, true)]
    [InlineData(11, false)]
    public void Examine_PointsAfterTheStart_ADozenAreNeeded(int points, bool isAsked) =>
        Assert.Equal(isAsked, IsAsked(Noisy, new WindowRules { StartSeconds = (24 - points) * Width, WavesCountFromSeconds = 0 }));

    // Half of the growth must have been given back once, when the process is old enough for it.
    [Theory]
    [InlineData(End, 0, false)]
    [InlineData(End + 1, 0, true)]
    [InlineData(End, 23, false)]
    [InlineData(End, 24, true)]
    public void Examine_UptimeAfterWhichAWaveHasFallen_MustHaveSeenItFall(double seconds, double fall, bool isAsked)
    {
        PeakHistory peaks = new();
        peaks.Add(0, (100 + fall) * MB);
        peaks.Add(3600, 100 * MB);

        Assert.Equal(isAsked, IsAsked(Straight, new WindowRules { WavesFallWithinSeconds = seconds }, peaks));
    }

    private static bool IsAsked(SyntheticWindow window, WindowRules rules, PeakHistory? peaks = null) => !double.IsNaN(Examine(window, rules, 0.35, peaks).WaveRatio);

    private static GrowthEvidence Examine(SyntheticWindow window, WindowRules rules, double urgency, PeakHistory? peaks = null) =>
        window.Examine(window.Demands(urgency) with { Rules = TrendRules.Default with { Window = rules }, Peaks = peaks });
}
