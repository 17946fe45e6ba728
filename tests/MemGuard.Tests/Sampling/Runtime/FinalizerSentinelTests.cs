using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class FinalizerSentinelTests
{
    [Fact]
    public void ReadLag_NoCollection_IsZeroHoweverLong()
    {
        FinalizerSentinel sentinel = new();
        sentinel.Rearm(collections: 10);

        Assert.Equal(TimeSpan.Zero, sentinel.ReadLag(TimeSpan.FromHours(5), collections: 10));
    }

    [Fact]
    public void ReadLag_CollectionsButNoFinalizer_GrowsFromTheSecondCollection()
    {
        FinalizerSentinel sentinel = new(static (_, _) => { });
        sentinel.Rearm(collections: 10);

        Assert.Equal(TimeSpan.Zero, sentinel.ReadLag(TimeSpan.FromSeconds(1), collections: 11));
        Assert.Equal(TimeSpan.Zero, sentinel.ReadLag(TimeSpan.FromSeconds(2), collections: 12));
        Assert.Equal(TimeSpan.FromSeconds(58), sentinel.ReadLag(TimeSpan.FromSeconds(60), collections: 15));
    }

    [Fact]
    public void Rearm_FinalizerNeverRan_DropsNoSecond()
    {
        int drops = 0;
        FinalizerSentinel sentinel = new((_, _) => drops++);

        sentinel.Rearm(collections: 1);
        sentinel.Rearm(collections: 9);

        Assert.Equal(1, drops);
    }

    [Fact]
    public void ReadLag_FinalizerRan_IsZeroAndTheNextIsArmed()
    {
        int drops = 0;
        FinalizerSentinel sentinel = new((notice, number) =>
        {
            drops++;
            notice.Finalized = number;
        });
        sentinel.Rearm(collections: 1);

        Assert.Equal(TimeSpan.Zero, sentinel.ReadLag(TimeSpan.FromSeconds(9), collections: 5));

        sentinel.Rearm(collections: 5);
        Assert.Equal(2, drops);
    }

    [Fact]
    public void ReadLag_RealFinalizerThread_IsZeroAfterItRan()
    {
        FinalizerSentinel sentinel = new();
        sentinel.Rearm(collections: 0);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(TimeSpan.Zero, sentinel.ReadLag(TimeSpan.FromSeconds(9), collections: 5));
        Assert.Equal(TimeSpan.Zero, sentinel.ReadLag(TimeSpan.FromSeconds(19), collections: 9));
    }
}
