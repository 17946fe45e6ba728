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

    private void Grow(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _watch.Add(_time++, (_level += 2) * MB, PointContext.Unknown, headroom: 500 * MB, strictness: 1, trace: null);
        }
    }
}
