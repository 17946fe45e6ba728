using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class FastWatchTests
{
    private const double MB = 1 << 20;

    private readonly FastWatch _watch = new(MemorySeries.LiveHeap, TrendRules.Default.HeapSuspicion, quietUntil: 0);
    private double _time;
    private double _level = 100;

    [Fact]
    public void Add_SteadyGrowth_IsSuspectedWithinAMinute()
    {
        Grow(seconds: 60);

        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Withdraw_GrowthGoesOn_StaysQuietForThePauseAndNoLonger()
    {
        Grow(seconds: 60);
        _watch.Withdraw(_time, "test", trace: null);

        Grow(seconds: 120);
        Assert.False(_watch.IsSuspected);

        _time += TrendRules.Default.HeapSuspicion.FirstPauseSeconds;
        Grow(seconds: 60);
        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Add_GrowthThatMoreLoadExplains_IsNoSuspicion()
    {
        for (int second = 0; second < 60; second++)
        {
            _watch.Add(_time++, (_level += 2) * MB, PointContext.Unknown, Demands, explained: 200 * MB, trace: null);
        }

        Assert.False(_watch.IsSuspected);
    }

    [Fact]
    public void GoesOn_AfterAFullCollection_CountsFromTheLevelItLeft()
    {
        Grow(seconds: 60);
        _level -= 60;
        _watch.Add(_time++, _level * MB, PointContext.Unknown, Demands, explained: 0, trace: null);
        _watch.GoesOn(_time);

        // Slower than before: the level of before the collection is not reached again within the time in which growth stalls.
        for (int second = 0; second < 100; second++)
        {
            _watch.Add(_time++, (_level += 0.5) * MB, PointContext.Unknown, Demands, explained: 0, trace: null);
        }

        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Add_GrowthStops_IsWithdrawnAfterAMinuteAndAHalf()
    {
        Grow(seconds: 60);

        Grow(seconds: 88, perSecond: 0);
        Assert.True(_watch.IsSuspected);

        Grow(seconds: 10, perSecond: 0);
        Assert.False(_watch.IsSuspected);
        Assert.Equal("the growth has stopped", _watch.Ending.Because);
        Assert.InRange(_watch.Ending.Time, 150, 160);
    }

    [Fact]
    public void Add_ValuesAreRare_StallNeedsThreeOfThem()
    {
        Grow(seconds: 60);

        Grow(seconds: 200, perSecond: 0, every: 100);

        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Add_Suspicion_KnowsItsBeginItsFiguresAndTheNewestValue()
    {
        ListTrace trace = new();
        while (!_watch.IsSuspected)
        {
            _watch.Add(_time++, (_level += 2) * MB, PointContext.Unknown, Demands, explained: 0, trace);
        }

        Assert.Equal((_time - 1, _level * MB), (_watch.Since, _watch.LastValue));
        Assert.Equal(2 * MB, _watch.Evidence.Slope.PerSecond, 0.1 * MB);
        Assert.Equal(["growing"], trace.Decisions);
    }

    [Fact]
    public void Add_LevelThatWasThereHoursAgo_IsNoSuspicion()
    {
        _level = 500;
        Grow(seconds: 10, perSecond: 0);
        _time += 4 * 3600;
        _level = 100;
        Grow(seconds: 300, perSecond: 0);

        Grow(seconds: 120);

        Assert.False(_watch.IsSuspected);
    }

    [Fact]
    public void Withdraw_Suspicion_TellsWhy()
    {
        ListTrace trace = new();
        Grow(seconds: 60);

        _watch.Withdraw(_time, "full collections show a plateau", trace);

        Assert.Equal((_time, "full collections show a plateau"), (_watch.Ending.Time, _watch.Ending.Because));
        Assert.Equal(["full collections show a plateau"], trace.Decisions);
    }

    [Fact]
    public void Add_MomentWithoutAValue_KeepsTheNewest()
    {
        Grow(seconds: 1);

        _watch.Add(_time++, double.NaN, PointContext.Unknown, Demands, explained: 0, trace: null);

        Assert.Equal(_level * MB, _watch.LastValue);
    }

    [Fact]
    public void Add_SmallGrowth_IsNoSuspicion()
    {
        // 7 MB, where 8 and a tenth are asked for.
        Grow(seconds: 300, perSecond: 7 / 300.0);

        Assert.False(_watch.IsSuspected);
    }

    [Fact]
    public void Withdraw_AgainBelowTheOldHigh_IsNoSuspicion()
    {
        Grow(seconds: 200);
        _watch.Withdraw(_time, "test", trace: null);
        _time += TrendRules.Default.HeapSuspicion.FirstPauseSeconds;

        // It must pass the old high of 500 MB by a tenth.
        _level = 400;
        Grow(seconds: 70);
        Assert.False(_watch.IsSuspected);

        Grow(seconds: 20);
        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Withdraw_ASecondTime_PausesFourTimesAsLong()
    {
        double pause = TrendRules.Default.HeapSuspicion.FirstPauseSeconds;
        Grow(seconds: 60);
        _watch.Withdraw(_time, "test", trace: null);
        _time += pause;
        Grow(seconds: 60);
        _watch.Withdraw(_time, "test", trace: null);

        _time += (4 * pause) - 100;
        Grow(seconds: 90);
        Assert.False(_watch.IsSuspected);

        Grow(seconds: 60);
        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Withdraw_NothingIsSuspected_SaysNothing()
    {
        ListTrace trace = new();

        _watch.Withdraw(10, "test", trace);
        Grow(seconds: 60);

        Assert.Empty(trace.Decisions);
        Assert.Null(_watch.Ending.Because);
        Assert.True(_watch.IsSuspected);
    }

    [Fact]
    public void Clear_WhileSuspected_ForgetsItAndWhatWasReached()
    {
        Grow(seconds: 60);

        _watch.Clear();
        Assert.False(_watch.IsSuspected);

        _time = 0;
        _level = 10;
        Grow(seconds: 60);
        Assert.True(_watch.IsSuspected);
    }

    private static GrowthDemands Demands =>
        new(Uptime: 600, Headroom: 500 * MB, 4 * MB, 0.05, double.NaN, Strictness: 1, 30 * 86_400, IsUnmanaged: false, Peaks: null);

    private void Grow(int seconds, double perSecond = 2, int every = 1)
    {
        for (int second = 0; second < seconds; second += every)
        {
            _watch.Add(_time, (_level += perSecond) * MB, PointContext.Unknown, Demands, explained: 0, trace: null);
            _time += every;
        }
    }
}
