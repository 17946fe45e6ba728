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

    // Near a limit of 1000 at a ratio of 0.9: the usage from 900 on where what stays is above 870 as well, from 940 on in any case; the live heap from 970 of its own.
    [Theory]
    [InlineData(901, 871, 0, true)]
    [InlineData(899, 871, 0, false)]
    [InlineData(901, 869, 0, false)]
    [InlineData(901, 471, 400, true)]
    [InlineData(941, 100, 0, true)]
    [InlineData(939, 100, 0, false)]
    [InlineData(100, 971, 0, true)]
    [InlineData(100, 969, 0, false)]
    public void Add_LevelForAQuarterOfAnHour_IsNearTheLimitAboveTheThreshold(double usage, double live, double unmanaged, bool isNear)
    {
        NearLimitWatch watch = new();

        Add(watch, 0, usage, live, unmanaged);
        Add(watch, 899, usage, live, unmanaged);
        Assert.False(watch.IsNear);

        Add(watch, 900, usage, live, unmanaged);
        Assert.Equal(isNear, watch.IsNear);
    }

    // Three hundredths below what it took: a level around the threshold is one problem.
    [Theory]
    [InlineData(871, 841, true)]
    [InlineData(869, 841, false)]
    [InlineData(871, 839, false)]
    [InlineData(911, 100, true)]
    [InlineData(909, 100, false)]
    [InlineData(100, 941, true)]
    [InlineData(100, 939, false)]
    public void Add_LevelJustBelowTheThreshold_StaysNear(double usage, double live, bool isNear)
    {
        NearLimitWatch watch = new();
        Add(watch, 0, usage: 950, live: 900);
        Add(watch, 900, usage: 950, live: 900);

        Add(watch, 1000, usage, live);
        Add(watch, 1900, usage, live);

        Assert.Equal((isNear, isNear ? 0 : 1900), (watch.IsNear, watch.Ending.Time));
        Assert.Equal(isNear ? null : "the level has been lower for a quarter of an hour", watch.Ending.Because);
    }

    [Fact]
    public void Add_DipBetween_StartsTheQuarterOfAnHourAnew()
    {
        NearLimitWatch watch = new();
        Add(watch, 0, usage: 950, live: 900);
        Add(watch, 800, usage: 500, live: 400);
        Add(watch, 801, usage: 950, live: 900);

        Add(watch, 1700, usage: 950, live: 900);
        Assert.False(watch.IsNear);

        Add(watch, 1701, usage: 950, live: 900);
        Assert.True(watch.IsNear);
    }

    [Fact]
    public void Add_GrowthIsConfirmed_IsTheBetterThingToSay()
    {
        NearLimitWatch watch = new();
        Add(watch, 0, usage: 950, live: 900);
        Add(watch, 900, usage: 950, live: 900);

        Add(watch, 901, usage: 950, live: 900, isGrowing: true);
        Assert.False(watch.IsNear);

        Add(watch, 902, usage: 950, live: 900);
        Add(watch, 1801, usage: 950, live: 900);
        Assert.False(watch.IsNear);
    }

    [Theory]
    [InlineData(500, 400, 0.5)]
    [InlineData(400, 500, 0.5)]
    [InlineData(double.NaN, 300, 0.3)]
    [InlineData(300, double.NaN, 0.3)]
    public void Add_TwoLimits_TellsTheShareOfTheNearer(double usage, double live, double ratio)
    {
        NearLimitWatch watch = new();

        Add(watch, 0, usage, live);

        Assert.Equal(ratio, watch.UsageRatio);
    }

    private static void Add(NearLimitWatch watch, double time, double usage, double live, double unmanaged = double.NaN, bool isGrowing = false) =>
        watch.Add(new SampleSignals { Time = time, Limit = 1000, HeapLimit = 1000, Unmanaged = unmanaged }, usage, live, nearRatio: 0.9, isGrowing);

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
