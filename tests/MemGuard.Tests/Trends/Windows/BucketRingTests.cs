using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class BucketRingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void LargestRise_WanderingLevel_IsTheLargestOfAllPairsInTheWindow(int seed)
    {
        Random random = new(seed);
        BucketRing ring = new(10);
        float level = 1000;
        for (int i = 1; i < 200; i++)
        {
            level += random.Next(-20, 21);
            if (ring.Add(10 * i, random.Next(5) == 0 ? double.NaN : level, PointContext.Unknown))
            {
                Assert.Equal(ByPairs(ring), ring.LargestRise());
            }
        }
    }

    [Fact]
    public void Add_SeveralValuesInABucket_TheLowestIsKept()
    {
        BucketRing ring = new(10);

        Assert.False(ring.Add(1, 7, PointContext.Unknown));
        Assert.False(ring.Add(2, 5, PointContext.Unknown));
        Assert.False(ring.Add(3, 9, PointContext.Unknown));
        Assert.True(ring.Add(11, 8, PointContext.Unknown));

        Assert.Equal(5, ring.LastFloor);
    }

    private static (double Lowest, double Rise) ByPairs(BucketRing ring)
    {
        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        Span<double> floors = new GrowthWindow(points, ring.CopyTo(points), ring.Count).Floors;
        double lowest = double.PositiveInfinity;
        double rise = 0;
        for (int i = 0; i < floors.Length; i++)
        {
            lowest = Math.Min(lowest, floors[i]);
            for (int j = i + 1; j < floors.Length; j++)
            {
                rise = Math.Max(rise, floors[j] - floors[i]);
            }
        }

        return (lowest, rise);
    }
}
