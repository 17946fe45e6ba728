using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class ReadingRingTests
{
    [Fact]
    public void Window_PairsOfReadings_KeepsTheLowerOfEach()
    {
        ReadingRing ring = new();
        for (int i = 0; i < 12; i++)
        {
            ring.Add(1000 * i, 100 + i, load: 1);
            ring.Add((1000 * i) + 5, 99 + i, load: 2);
        }

        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        GrowthWindow window = ring.Window(ring.Count, points);

        Assert.Equal(12, window.Count);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => 99.0 + i), window.Floors.ToArray());
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (1000.0 * i) + 5), window.Times.ToArray());
        Assert.True(double.IsNaN(window.WitnessGrowth));
    }

    [Fact]
    public void Window_OfTheNewest_LeavesTheOlderOnesAsTheyAre()
    {
        ReadingRing ring = new();
        for (int i = 0; i < ReadingRing.Capacity + 10; i++)
        {
            ring.Add(i, 10 * i, load: 1);
        }

        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);
        GrowthWindow window = ring.Window(16, points);

        Assert.Equal(ReadingRing.Capacity - 16, window.OlderTimes.Length);
        Assert.Equal(10, window.OlderTimes[0]);
        Assert.Equal(16, window.Count);
        Assert.Equal(ReadingRing.Capacity + 9, window.Times[^1]);
    }

    [Fact]
    public void Window_MoreReadingsThanBuckets_HasAtMostAWindowfulOfPoints()
    {
        ReadingRing ring = new();
        for (int i = 0; i < ReadingRing.Capacity; i++)
        {
            ring.Add(i, i, load: 1);
        }

        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);

        Assert.InRange(ring.Window(ring.Count, points).Count, TrendRules.Default.Window.LeastPoints, BucketRing.WindowBuckets + 1);
    }
}
