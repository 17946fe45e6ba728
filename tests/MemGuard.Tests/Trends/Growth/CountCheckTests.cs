using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Counts of two hours, each test just below and just above its threshold.</summary>
public sealed class CountCheckTests
{
    private static readonly CountRules Rules = new() { LeastRise = 100, WarmUpSeconds = 0 };

    [Fact]
    public void Examine_StraightClimb_TellsTheLevelsOfItsQuarters()
    {
        GrowthEvidence evidence = Examine(Line(24, 0, 10));

        Assert.Equal((GrowthRule.Big, GrowthTest.None), (evidence.Rule, evidence.Failed));
        Assert.Equal((25, 205, 18 * 20), (evidence.Start, evidence.End, evidence.BetweenLevels));
    }

    [Theory]
    [InlineData(11, nameof(GrowthTest.Points))]
    [InlineData(12, nameof(GrowthTest.None))]
    public void Examine_Points_ATestNeedsADozen(int count, string failed) => Assert.Equal(failed, Examine(Line(count, 0, 20)).Failed.ToString());

    // The least rise, or a tenth of the level it began at.
    [Theory]
    [InlineData(0, 4.1, nameof(GrowthTest.Size))]
    [InlineData(0, 4.2, nameof(GrowthTest.None))]
    [InlineData(2000, 8.3, nameof(GrowthTest.Size))]
    [InlineData(2000, 8.4, nameof(GrowthTest.None))]
    public void Examine_Rise_IsTheLeastOrATenth(double from, double step, string failed) => Assert.Equal(failed, Examine(Line(24, from, step)).Failed.ToString());

    [Theory]
    [InlineData(0.5, nameof(GrowthTest.LevellingOff))]
    [InlineData(0.6, nameof(GrowthTest.None))]
    public void Examine_SecondHalfIsFlatter_LevelsOff(double ratio, string failed) => Assert.Equal(failed, Examine(SyntheticWindow.Bent(24, 0, 20, ratio)).Failed.ToString());

    [Fact]
    public void Examine_FewStepsUpAmongLevels_AreNoClimb()
    {
        double[] counts = [.. Enumerable.Range(0, 12).Select(static i => i % 2 == 0 ? 300.0 : 0), .. Enumerable.Range(0, 12).Select(static i => i % 2 == 0 ? 500.0 : 200)];

        Assert.Equal(GrowthTest.LevellingOff, Examine(counts).Failed);
    }

    [Theory]
    [InlineData(230, nameof(GrowthTest.NewHigh))]
    [InlineData(229, nameof(GrowthTest.None))]
    public void Examine_LevelBeforeTheWindow_MustBeOutgrown(double before, string failed) =>
        Assert.Equal(failed, Examine([before, .. Line(24, 0, 10)], older: 1).Failed.ToString());

    [Theory]
    [InlineData(231, nameof(GrowthTest.NewHigh))]
    [InlineData(229, nameof(GrowthTest.None))]
    public void Examine_PeakOfTheDaysBefore_MustBeOutgrown(double before, string failed)
    {
        PeakHistory peaks = new();
        peaks.Add(0, before);
        peaks.Add(36_000, 1);

        Assert.Equal(failed, Examine(Line(24, 0, 10), peaks: peaks).Failed.ToString());
    }

    private static double[] Line(int count, double from, double step) => SyntheticWindow.Line(count, from, step);

    private static GrowthEvidence Examine(double[] counts, int older = 0, PeakHistory? peaks = null)
    {
        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        for (int i = 0; i < counts.Length; i++)
        {
            points.Times[i] = 36_000 + (20 * i);
            points.Floors[i] = counts[i];
        }

        return CountCheck.Examine(new GrowthWindow(points, older, counts.Length), peaks ?? new PeakHistory(), Rules);
    }
}
