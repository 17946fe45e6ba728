using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class NearLimitWatchTests
{
    [Fact]
    public void Observe_HighLevelForAQuarterOfAnHour_IsNearLimit()
    {
        SyntheticService service = new() { Live = _ => 900 };
        TrendReport early = Last(service.Run(600));
        TrendReport late = Last(service.Run(2000));

        Assert.False(early.IsNearLimit);
        Assert.True(late.IsNearLimit);
    }

    [Theory]
    [InlineData(600, true)]
    [InlineData(1200, false)]
    public void Observe_LevelIsLowerForMinutes_IsNearLimitUntilAQuarterOfAnHourHasPassed(double seconds, bool isNear)
    {
        TrendReport report = Last(new SyntheticService { Live = t => t < 3000 ? 900 : 500 }.Run((int)(3000 + seconds)));

        Assert.Equal(isNear, report.IsNearLimit);
    }

    private static TrendReport Last(IEnumerable<MemorySample> samples)
    {
        TrendDetector detector = new(new TrendSettings());
        TrendReport? report = null;
        foreach (MemorySample sample in samples)
        {
            report = detector.Observe(sample);
        }

        return report!;
    }
}
