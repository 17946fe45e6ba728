using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class RobustSlopeTests
{
    private static readonly double[] Times = [.. Enumerable.Range(0, 10).Select(static i => (double)i)];

    [Fact]
    public void Sen_SawtoothOnARamp_FindsTheRamp()
    {
        double[] values = [.. Times.Select(static (time, i) => time + (i % 2 == 0 ? 5 : -5))];

        Assert.InRange(RobustSlope.Sen(Times, values), 0.5, 1.5);
    }

    [Fact]
    public void Sen_NoTwoTimes_IsUnknown() => Assert.Equal(double.NaN, RobustSlope.Sen([1, 1], [1, 2]));

    // The slopes of squares are i + j for each pair. Of the 45 sorted ones Gilbert's ranks for n = 10 are the 12th and the 35th.
    [Fact]
    public void SenInterval_Squares_HasGilbertsRanks() =>
        Assert.Equal(new SlopeInterval(9, 6, 12), RobustSlope.SenInterval(Times, [.. Times.Select(static time => time * time)]));

    [Fact]
    public void KendallZ_EverythingRises_IsThatOfTheTable() => Assert.Equal(44 / Math.Sqrt(125), RobustSlope.KendallZ(Times), 6);
}
