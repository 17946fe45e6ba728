using MemGuard.Costs;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling.Runtime;

public sealed class ConfirmingCollectionsTests
{
    private readonly OwnCosts _costs = new();
    private readonly ConfirmingCollections _collections;
    private GCRecord _background = new() { Index = 7, FirstPause = TimeSpan.FromSeconds(9) };

    public ConfirmingCollectionsTests() => _collections = new ConfirmingCollections(_costs, static () => TimeSpan.FromMilliseconds(3), _ => _background);

    private TimeSpan Pause => _costs.GetPause(CostOperation.ConfirmingCollection);

    [Fact]
    public void Update_CollectionHasEnded_AddsItsPausesOnce()
    {
        int asked = 0;
        _collections.Request(SampleWith(full: 7), timeToLimit: null, () => asked++);
        _collections.Update(SampleWith(full: 7));
        Assert.Equal(TimeSpan.FromMilliseconds(3), Pause);

        _background = new GCRecord { Index = 9, FirstPause = TimeSpan.FromMilliseconds(1), SecondPause = TimeSpan.FromMilliseconds(2) };
        _collections.Update(SampleWith(full: 9));
        _collections.Update(SampleWith(full: 10));

        Assert.Equal(TimeSpan.FromMilliseconds(6), Pause);
        Assert.Equal((1, 1L, 1L), (asked, _collections.TotalTaken, _costs.GetOperations(CostOperation.ConfirmingCollection)));
    }

    [Fact]
    public void Update_AnotherFullCollectionCameBefore_IsNotCountedAsOwn()
    {
        _collections.Request(SampleWith(full: 7), timeToLimit: null, static () => { });

        _collections.Update(SampleWith(full: 8));

        Assert.Equal(TimeSpan.FromMilliseconds(3), Pause);
    }

    [Fact]
    public void Request_BudgetIsSpent_AsksForNothing()
    {
        for (int i = 0; i < 2; i++)
        {
            _collections.Request(SampleWith(full: 7), timeToLimit: null, static () => { });
        }

        Assert.Equal(1, _costs.GetOperations(CostOperation.ConfirmingCollection));
    }

    private static MemorySample SampleWith(long full) => new() { Elapsed = TimeSpan.FromMinutes(1), FullCollectionIndex = full };
}
