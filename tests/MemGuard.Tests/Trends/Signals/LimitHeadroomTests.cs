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

    private SampleSignals Follow(double usage, double limit, double heapLimit)
    {
        SampleSignals signals = new() { Usage = usage, Limit = limit, HeapLimit = heapLimit };
        _headroom.Follow(signals);
        return signals;
    }
}
