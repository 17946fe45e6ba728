using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class PeakHistoryTests
{
    private const double Hour = 3600;

    private readonly PeakHistory _peaks = new();

    [Theory]
    [InlineData(40, 100)]
    [InlineData(50, 50)]
    public void HighestBefore_PeakHoursAgo_CountsForTwoDays(double hours, double highest)
    {
        _peaks.Add(0, 100);
        _peaks.Add((hours - 1) * Hour, 50);
        _peaks.Add(hours * Hour, 20);

        Assert.Equal(highest, _peaks.HighestBefore(hours * Hour));
    }

    [Fact]
    public void HighestBefore_PeakOfThisHalfHour_DoesNotCount()
    {
        _peaks.Add(100, 5);
        _peaks.Add(200, double.NaN);

        Assert.Equal(0, _peaks.HighestBefore(300));
        Assert.Equal(5, _peaks.HighestBefore(Hour));
    }

    [Fact]
    public void HighestHeldBefore_PeakWithinAHalfHour_DoesNotCount()
    {
        _peaks.Add(0, 50);
        _peaks.Add(600, 100);
        _peaks.Add(0.6 * Hour, 60);
        _peaks.Add(2 * Hour, 10);

        Assert.Equal(60, _peaks.HighestHeldBefore(2 * Hour));
        Assert.Equal(100, _peaks.HighestBefore(2 * Hour));
    }

    [Fact]
    public void LargestFall_IsFromAHeldLevelToALaterOne()
    {
        double[] levels = [20, 70, 40, 60, 45];
        for (int i = 0; i < levels.Length; i++)
        {
            _peaks.Add(i * Hour, levels[i]);
        }

        Assert.Equal(30, _peaks.LargestFall());
    }
}
