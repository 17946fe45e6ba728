using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class CountWatchTests
{
    /// <summary>Two minutes of the short scale are 24 points; from the twelfth on a window is looked at.</summary>
    private static readonly CountRules Rules = new() { LeastRise = 500, WarmUpSeconds = 60 };

    private readonly CountWatch _watch = new(MemorySeries.Timers, Rules);
    private readonly ListTrace _trace = new();
    private double _time;
    private double _count = 100;

    [Fact]
    public void Add_StraightClimb_RisesFromTheThirdLookThatPasses()
    {
        while (!_watch.IsRising)
        {
            Climb(seconds: 1, perSecond: 20);
        }

        Assert.Equal(Rules.Passes, _trace.Passed.Count());
    }

    [Fact]
    public void Add_StraightClimb_HasLevelsAndRateOfTheWindow()
    {
        Climb(seconds: 600, perSecond: 20);

        Assert.Equal(20, _watch.Evidence.Slope.PerSecond, 0.5);
        Assert.Equal(20, (_watch.Evidence.End - _watch.Evidence.Start) / _watch.Evidence.Between, 0.5);
    }

    [Fact]
    public void Add_ClimbDuringTheStart_IsNotLookedAt()
    {
        Climb(seconds: 59, perSecond: 100);

        Assert.Empty(_trace.All);
    }

    [Fact]
    public void Add_CountIsLevel_IsNotRising()
    {
        Climb(seconds: 3600, perSecond: 0);

        Assert.False(_watch.IsRising);
        Assert.DoesNotContain(_trace.All, static look => look.Evidence.Failed != GrowthTest.Size);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(400, false)]
    public void Add_ClimbEnds_IsSaidForTwoShortWindowsMore(double seconds, bool isRising)
    {
        Climb(seconds: 600, perSecond: 20);
        Climb(seconds, perSecond: 0);

        Assert.Equal(isRising, _watch.IsRising);
    }

    [Fact]
    public void Add_ClimbTooSlowForTwoMinutes_RisesByTheHours()
    {
        Climb(seconds: 3 * 3600, perSecond: 0.2);

        Assert.True(_watch.IsRising);
        Assert.All(_trace.Passed, static look => Assert.Equal(Rules.LongBucketSeconds, look.Width));
    }

    [Fact]
    public void Add_NobodyCounts_LooksAtNothing()
    {
        for (double time = 0; time < 600; time++)
        {
            _watch.Add(time, count: null, _trace);
        }

        Assert.Empty(_trace.All);
    }

    [Fact]
    public void Add_ClimbToALevelOfBefore_IsNoRise()
    {
        _watch.Add(_time++, 50_000, _trace);
        _time = 3600;

        Climb(seconds: 600, perSecond: 20);

        Assert.False(_watch.IsRising);
        Assert.Contains(_trace.All, static look => look.Evidence.Failed == GrowthTest.NewHigh);
    }

    [Fact]
    public void Clear_WhileItRises_ForgetsTheClimbAndItsHighest()
    {
        Climb(seconds: 600, perSecond: 20);
        _watch.Clear();
        Assert.False(_watch.IsRising);

        _time = 0;
        _count = 100;
        Climb(seconds: 60, perSecond: 0);
        Assert.False(_watch.IsRising);
        Climb(seconds: 300, perSecond: 20);
        Assert.True(_watch.IsRising);
    }

    private void Climb(double seconds, double perSecond)
    {
        for (double end = _time + seconds; _time < end; _time++)
        {
            _watch.Add(_time, _count += perSecond, _trace);
        }
    }
}
