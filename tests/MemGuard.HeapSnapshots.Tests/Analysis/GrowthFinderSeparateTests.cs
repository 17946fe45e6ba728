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
    public void TotalOf_OwnBytes_AreNotTheApplications() =>
        Assert.Equal(130, GrowthFinder.TotalOf(1000, new SnapshotData { TotalBytes = 900, OwnBytes = 30 }));

    // Objects whose holder went away hang below the root of another now: of 300,000 that are new there, 200,000 have only moved.
    [Fact]
    public void Grow_HolderWentAway_ItsObjectsHaveNotGrown()
    {
        PathNode[] before = [Root(), Path(0, "Old", 2 * Large, 1), Path(1, "Page", 2 * Large, 2, count: 20)];
        PathNode[] now = [Root(), Path(0, "New", 3 * Large, 3), Path(1, "Page", 3 * Large, 2, count: 30)];

        (long[] bytes, long[] counts) = GrowthFinder.Grow(now, before);

        Assert.Equal([0, 3 * Large, Large], bytes);
        Assert.Equal(10, counts[2]);
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
