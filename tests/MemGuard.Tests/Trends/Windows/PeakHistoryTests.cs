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
}
