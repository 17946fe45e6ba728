namespace MemGuard.Bounded.Tests.Caching;

public sealed class CacheOccupancyTests
{
    [Fact]
    public void TryTake_ToTheCapacity_FitsAndNotOneMore()
    {
        CacheOccupancy occupancy = new(2);

        Assert.Equal([true, true, false], [occupancy.TryTake(), occupancy.TryTake(), occupancy.TryTake()]);
        Assert.Equal((2, 2, false), (occupancy.Count, occupancy.Capacity, occupancy.IsOverfull));
        occupancy.Return();
        Assert.Equal(1, occupancy.Count);
        Assert.True(occupancy.TryTake());
    }

    [Fact]
    public void SetCapacity_BelowTheCount_IsOverfullUntilEnoughHaveLeft()
    {
        CacheOccupancy occupancy = new(int.MaxValue);
        Assert.True(occupancy.TryTake());
        Assert.True(occupancy.TryTake());

        occupancy.SetCapacity(1);

        Assert.Equal((2, 1, true), (occupancy.Count, occupancy.Capacity, occupancy.IsOverfull));
        Assert.False(occupancy.TryTake());
        occupancy.Return();
        Assert.Equal((1, false), (occupancy.Count, occupancy.IsOverfull));
        Assert.False(occupancy.TryTake());
        occupancy.SetCapacity(2);
        Assert.True(occupancy.TryTake());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void CacheRemovals_AnyNumber_AreToldInOrder(int count)
    {
        CacheRemovals<int, string> removals = default;
        Assert.Equal(0, removals.Count);
        for (int i = 0; i < count; i++)
        {
            removals.Reserve();
            removals.Add(new CacheRemoval<int, string>(i, $"{i}", EvictionReason.Capacity, IsRefused: i == 1));
        }

        Assert.Equal(count, removals.Count);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(new CacheRemoval<int, string>(i, $"{i}", EvictionReason.Capacity, IsRefused: i == 1), removals[i]);
        }
    }
}
