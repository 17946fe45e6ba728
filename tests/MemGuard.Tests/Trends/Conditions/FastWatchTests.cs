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

    private static GrowthDemands Demands =>
        new(Uptime: 600, Headroom: 500 * MB, 4 * MB, 0.05, double.NaN, Strictness: 1, 30 * 86_400, IsUnmanaged: false, Peaks: null);

    private void Grow(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _watch.Add(_time++, (_level += 2) * MB, PointContext.Unknown, Demands, explained: 0, trace: null);
        }
    }
}
