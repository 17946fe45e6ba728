using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

public sealed class LimitHeadroomTests
{
    private readonly LimitHeadroom _headroom = new();

    [Fact]
    public void OfHeap_TwoLimits_TakesTheNearer()
    {
        SampleSignals signals = Follow(usage: 300, limit: 1000, heapLimit: 500);

        Assert.Equal(400, _headroom.OfHeap(signals, live: 100));
        Assert.Equal(700, _headroom.OfUnmanaged(signals));
    }

    [Fact]
    public void OfUnmanaged_NoContainer_IsBoundedByTheMachine()
    {
        SampleSignals signals = Follow(usage: 300, limit: double.PositiveInfinity, heapLimit: double.PositiveInfinity);
        signals.MachineMemory = 2000;

        Assert.Equal(1700, _headroom.OfUnmanaged(signals));
        Assert.Equal(double.PositiveInfinity, _headroom.OfHeap(signals, live: 100));
    }

    [Fact]
    public void Follow_UsageFallsAndRises_FollowsDownAtOnceAndUpSlowly()
    {
        Follow(usage: 300, limit: 1000, heapLimit: 500);
        Follow(usage: 200, limit: 1000, heapLimit: 500);
        Assert.Equal(200, _headroom.Usage);

        Follow(usage: 300, limit: 1000, heapLimit: 500);
        Assert.Equal(210, _headroom.Usage);
    }

    [Theory]
    [InlineData(700, 100, 700)]
    [InlineData(double.PositiveInfinity, double.NaN, 2147483648.0)]
    [InlineData(double.PositiveInfinity, 1e9, 2147483648.0)]
    [InlineData(double.PositiveInfinity, 3e9, 6e9)]
    public void OrAssumed_NoLimitKnown_IsAUsualContainerOrTwiceWhatIsThere(double headroom, double level, double expected) =>
        Assert.Equal(expected, LimitHeadroom.OrAssumed(headroom, level));

    [Fact]
    public void Follow_UsageThatIsNotKnown_ChangesNothing()
    {
        Follow(usage: 300, limit: 1000, heapLimit: 500);
        Follow(usage: double.NaN, limit: 1000, heapLimit: 500);

        Assert.Equal(300, _headroom.Usage);
    }

    [Fact]
    public void Of_NothingFollowedYet_IsTheWholeLimit()
    {
        SampleSignals signals = new() { Usage = double.NaN, Limit = 1000, HeapLimit = 500 };

        Assert.Equal(500, _headroom.OfHeap(signals, live: double.NaN));
        Assert.Equal(1000, _headroom.OfUnmanaged(signals));
        signals.Limit = double.PositiveInfinity;
        signals.MachineMemory = 2000;
        Assert.Equal(2000, _headroom.OfUnmanaged(signals));
    }

    [Fact]
    public void Clear_ForgetsTheUsage()
    {
        Follow(usage: 300, limit: 1000, heapLimit: 500);

        _headroom.Clear();

        Assert.Equal(double.NaN, _headroom.Usage);
    }

    private SampleSignals Follow(double usage, double limit, double heapLimit)
    {
        SampleSignals signals = new() { Usage = usage, Limit = limit, HeapLimit = heapLimit };
        _headroom.Follow(signals);
        return signals;
    }
}
