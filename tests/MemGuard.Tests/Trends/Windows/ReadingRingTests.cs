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

    [Fact]
    public void Last_EmptyAndFilled_IsNothingAndThenTheNewest()
    {
        ReadingRing ring = new();
        Assert.Equal((double.NegativeInfinity, double.NaN), (ring.LastTime, ring.LastValue));
        ring.Add(1, 10, load: 1);
        ring.Add(2, 20, load: 1);

        Assert.Equal((2, 20), (ring.LastTime, ring.LastValue));

        ring.Clear();
        Assert.Equal((0, double.NegativeInfinity), (ring.Count, ring.LastTime));
    }

    [Theory]
    [InlineData(new double[] { 5, 3, 9, 1, 4 }, 1, 6)]
    [InlineData(new double[] { 9, 5, 1 }, 1, 0)]
    [InlineData(new double[] { 1, 2, 7 }, 1, 6)]
    public void LargestRise_Readings_IsFromALowToALaterHigh(double[] values, double lowest, double rise)
    {
        ReadingRing ring = new();
        for (int i = 0; i < values.Length; i++)
        {
            ring.Add(i, values[i], load: 1);
        }

        Assert.Equal((lowest, rise), ring.LargestRise());
    }

    [Fact]
    public void CopySince_ATime_TakesWhatIsNotBeforeIt()
    {
        ReadingRing ring = new();
        for (int i = 0; i < 5; i++)
        {
            ring.Add(i, 10 * i, load: 100 * i);
        }

        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);

        Assert.Equal(3, ring.CopySince(2, points));
        Assert.Equal([2, 3, 4], points.Times[..3].ToArray());
        Assert.Equal([20, 30, 40], points.Floors[..3].ToArray());
        Assert.Equal([200, 300, 400], points.Loads[..3].ToArray());
    }

    [Fact]
    public void Window_AfterAnother_HasNoManagedHeapAndCollectionsOfIt()
    {
        ReadingRing ring = new();
        ring.Add(0, 1, load: 1);
        ring.Add(1, 2, load: 1);
        GrowthPoints points = new(new double[GrowthPoints.Columns * BucketRing.Capacity]);

        GrowthWindow window = ring.Window(2, points);

        Assert.Equal((double.NaN, double.NaN), (window.ManagedGrowth, window.CollectionCount));
    }
}
