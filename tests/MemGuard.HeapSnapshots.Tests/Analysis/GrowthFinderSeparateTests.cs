using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Growth of places within places, and of what moved.</summary>
public sealed class GrowthFinderSeparateTests
{
    private const long Large = 100_000;

    [Fact]
    public void Separate_PlaceWithinAPlace_CountsNothingTwice()
    {
        PathNode[] paths = [Path(-1, "roots", 0), Path(0, "A", 0), Path(1, "B", 0), Path(2, "C", 0), Path(0, "D", 0)];

        Assert.Equal(
            new Dictionary<int, long> { [1] = 60, [3] = 40, [4] = 7 },
            GrowthFinder.Separate(paths, [1, 3, 4], [107, 100, 50, 40, 7]));
    }

    [Fact]
    public void Separate_PlaceRightBelowTheFirst_IsTakenOutOfIt() =>
        Assert.Equal(new Dictionary<int, long> { [0] = 57, [1] = 50 }, GrowthFinder.Separate([Path(-1, "A", 0), Path(0, "B", 0)], [0, 1], [107, 50]));

    [Fact]
    public void TotalOf_OwnBytes_AreNotTheApplications() =>
        Assert.Equal(130, GrowthFinder.TotalOf(1000, new SnapshotData { TotalBytes = 900, OwnBytes = 30 }));

    // Objects whose holder went away hang below the root of another now: of 300,000 that are new there, 200,000 have only moved.
    [Fact]
    public void Grow_HolderWentAway_ItsObjectsHaveNotGrown()
    {
        PathNode[] before = [Root(), Path(0, "Old", 2 * Large, 1), Path(1, "Page", 2 * Large, 2, count: 20)];
        PathNode[] now = [Root(), Path(0, "New", 3 * Large, 3), Path(1, "Page", 3 * Large, 2, count: 30)];

        (long[] bytes, long[] counts) = GrowthFinder.Grow(now, before);

        Assert.Equal([0, Large, Large], bytes);
        Assert.Equal(10, counts[2]);
    }

    // A thread that held the bag's items has ended: the bag holds them alone now, as its field does, and has not grown. Another list has.
    [Fact]
    public void Grow_SecondHolderWentAway_WhatHoldsAloneNowHasNotGrown()
    {
        PathNode[] before = [Root(), Path(0, "threads", 0) with { IsVirtual = true }, Path(1, "Queue", 3 * Large, 5), Path(2, "Page", 3 * Large, 6, count: 30), Path(0, "Bags.s_all", 100, 1), Path(4, "Bag", 100, 2), Path(0, "Lists.s_all", Large, 3), Path(6, "Page", Large, 6)];
        PathNode[] now = [Root(), Path(0, "threads", 0) with { IsVirtual = true }, Path(0, "Bags.s_all", 100 + (3 * Large), 1), Path(2, "Bag", 100 + (3 * Large), 2), Path(3, "Queue", 3 * Large, 5), Path(4, "Page", 3 * Large, 6, count: 30), Path(0, "Lists.s_all", 4 * Large, 3), Path(6, "Page", 4 * Large, 6)];

        Assert.Equal([0, 0, 0, 0, 0, 0, 3 * Large, 3 * Large], GrowthFinder.Grow(now, before).Bytes);
    }

    // What moved was 300,000; what is beyond that is new.
    [Fact]
    public void Grow_SecondHolderWentAwayAndMoreCame_OnlyThatHasGrown()
    {
        PathNode[] before = [Root(), Path(0, "threads", 0) with { IsVirtual = true }, Path(1, "Queue", 3 * Large, 5), Path(0, "Bags.s_all", 100, 1), Path(3, "Bag", 100, 2)];
        PathNode[] now = [Root(), Path(0, "threads", 0) with { IsVirtual = true }, Path(0, "Bags.s_all", 100 + (4 * Large), 1), Path(2, "Bag", 100 + (4 * Large), 2), Path(3, "Queue", 4 * Large, 5)];

        Assert.Equal([0, 0, Large, Large, Large], GrowthFinder.Grow(now, before).Bytes);
    }

    // Just large enough to be looked for: one byte less is noise.
    [Theory]
    [InlineData(64 << 10, 0)]
    [InlineData((64 << 10) - 1, (64 << 10) - 1)]
    public void Grow_HolderOfSixtyFourKibibytesWentAway_IsTheSmallestThatIsLookedFor(long size, long expected)
    {
        PathNode[] before = [Root(), Path(0, "Old", size, 1), Path(1, "Page", size, 2)];
        PathNode[] now = [Root(), Path(0, "New", size, 3), Path(1, "Page", size, 2)];

        Assert.Equal([0, expected, expected], GrowthFinder.Grow(now, before).Bytes);
    }

    // Within what holds both places nothing is missing.
    [Fact]
    public void Grow_MovedWithinOneHolder_WhatHoldsBothKeepsItsGrowth()
    {
        PathNode[] before = [Root(), Path(0, "Cache", 3 * Large, 1), Path(1, "Old", 3 * Large, 2), Path(2, "Page", 3 * Large, 3)];
        PathNode[] now = [Root(), Path(0, "Cache", 5 * Large, 1), Path(1, "New", 5 * Large, 4), Path(2, "Page", 5 * Large, 3)];

        Assert.Equal([0, 2 * Large, 2 * Large, 2 * Large], GrowthFinder.Grow(now, before).Bytes);
    }

    [Fact]
    public void Grow_SmallThingsMoved_StayGrowth()
    {
        PathNode[] before = [Root(), Path(0, "Old", 50, 1), Path(1, "Page", 50, 2)];
        PathNode[] now = [Root(), Path(0, "New", 50, 3), Path(1, "Page", 50, 2)];

        Assert.Equal([0, 50, 50], GrowthFinder.Grow(now, before).Bytes);
    }

    // One collection that empties does not speak for another that fills.
    [Fact]
    public void Grow_OneListEmptiesWhileAnotherFills_IsGrowth()
    {
        PathNode[] before = [Root(), Path(0, "A", 0, 1), Path(1, "List", 3 * Large, 9), Path(0, "B", 0, 2), Path(3, "List", Large, 9)];
        PathNode[] now = [Root(), Path(0, "A", 0, 1), Path(1, "List", Large, 9), Path(0, "B", 0, 2), Path(3, "List", 3 * Large, 9)];

        Assert.Equal(2 * Large, GrowthFinder.Grow(now, before).Bytes[4]);
    }

    private static PathNode Root() => Path(-1, "all roots", 0) with { IsVirtual = true };

    private static PathNode Path(int parent, string label, long bytes, long identity = 0, long count = 1) =>
        new() { Parent = parent, Label = label, Identity = identity, Count = count, TopCount = count, RetainedBytes = bytes };
}
