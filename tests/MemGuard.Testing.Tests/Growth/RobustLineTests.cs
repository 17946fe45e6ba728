namespace MemGuard.Testing.Tests.Growth;

public sealed class RobustLineTests
{
    [Fact]
    public void Through_AStraightLine_HasNoDoubt()
    {
        double[] x = [.. Enumerable.Range(1, 30).Select(static i => (double)i)];

        RobustLine line = RobustLine.Through(x, [.. x.Select(static value => (88 * value) + 7)]);

        Assert.Equal((88, 88, 88), (line.Slope, line.Low, line.High));
    }

    [Fact]
    public void Through_PointsThatHangTogether_IsLessCertain()
    {
        Random random = new(1);
        double[] x = [.. Enumerable.Range(1, 60).Select(static i => (double)i)];
        double[] free = [.. x.Select(_ => random.NextDouble())];
        double level = 0;
        double[] wandering = [.. x.Select(_ => level += random.NextDouble() - 0.5)];

        RobustLine ofFree = RobustLine.Through(x, free);
        RobustLine ofWandering = RobustLine.Through(x, wandering);

        Assert.InRange(0, ofFree.Low, ofFree.High);
        Assert.True(ofWandering.High - ofWandering.Low > 3 * (ofFree.High - ofFree.Low));
    }

    [Fact]
    public void Through_TwoPoints_KnowsNothing() => Assert.Equal(double.PositiveInfinity, RobustLine.Through([1, 2], [1, 2]).High);
}
