using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class GrowthFinderTests
{
    // roots → statics → two fields, each with a list; the users' list has entries.
    private static PathNode[] Heap(long users, long orders, bool isOrdersThere = true) =>
    [
        Root(-1, "all roots", users + orders),
        Root(0, "static fields", users + orders),
        .. isOrdersThere ? new[] { Root(1, "static B._orders", orders) } : [],
        Root(1, "static A._users", users),
        new PathNode { Parent = isOrdersThere ? 3 : 2, Label = "List<User>", Count = 1, TopCount = 1, RetainedBytes = users },
        new PathNode { Parent = isOrdersThere ? 4 : 3, Label = "User", Count = users / 10, TopCount = users / 10, RetainedBytes = users - 10 },
    ];

    [Fact]
    public void Grow_SamePathsAtOtherPositions_AreMatchedByTheirWayDown()
    {
        (long[] bytes, long[] counts) = GrowthFinder.Grow(Heap(1000, 50), Heap(400, 0, isOrdersThere: false));

        Assert.Equal([650, 650, 50, 600, 600, 600], bytes);
        Assert.Equal([0, 0, 1, 0, 0, 60], counts);
    }

    [Fact]
    public void Grow_PathThatShrank_IsNegative() => Assert.Equal(-300, GrowthFinder.Grow(Heap(100, 50), Heap(400, 50)).Bytes[3]);

    // The same type below another owner is another path, and so is everything below it.
    [Fact]
    public void Grow_SameLabelsBelowAnotherOwner_GrewFromNothing()
    {
        PathNode[] now = Heap(1000, 50);
        PathNode[] before = [.. Heap(1000, 50).Select(static path => path.Label == "static A._users" ? path with { Label = "static C._users" } : path)];

        Assert.Equal([0, 0, 0, 1000, 1000, 990], GrowthFinder.Grow(now, before).Bytes);
    }

    [Fact]
    public void FindPlaces_WithoutEarlier_FindsWhatIsHeavy() =>
        Assert.Equal("List<User>", Label(Heap(1000, 50), GrowthFinder.FindPlaces(Heap(1000, 50), null, 100)));

    [Fact]
    public void FindPlaces_WithEarlier_FindsWhatGrewAndNotWhatIsHeavy() =>
        Assert.Equal("static B._orders", Label(Heap(1000, 300), GrowthFinder.FindPlaces(Heap(1000, 300), Heap(1000, 50), 100)));

    // Something else has shrunk: what is small beside the largest growth is small all the same.
    [Theory]
    [InlineData(15_000, 1)]
    [InlineData(25_000, 2)]
    public void FindGrown_LeakOutgrowsTheHeap_LeavesOutWhatIsSmallBesideIt(long orders, int expected)
    {
        PathNode[] now = Heap(1_001_000, 50 + orders), before = Heap(1000, 50);

        Assert.Equal(expected, GrowthFinder.FindGrown(now, before, totalGrowth: 100).Count);
    }

    [Fact]
    public void FindPlaces_NothingGrew_IsNothing() => Assert.Empty(GrowthFinder.FindPlaces(Heap(1000, 300), Heap(1000, 300), 1));

    [Theory]
    [InlineData(true, 100, 200, 300)]
    [InlineData(false, 100, 300, 300)]
    [InlineData(false, 100, 400, 300)]
    [InlineData(false, 300, 200, 300)]
    public void GrewAlways_OnlyWhatGrewInEachInterval_Did(bool expected, params int[] sizes)
    {
        IReadOnlyList<PathNode>[] snapshots = [.. sizes.Select(static size => Heap(size, 50))];

        Assert.Equal(expected, GrowthFinder.GrewAlways(snapshots, place: 4));
    }

    [Fact]
    public void GrewAlways_NotThereAtFirst_GrewFromNothing() =>
        Assert.True(GrowthFinder.GrewAlways([Heap(100, 0, isOrdersThere: false), Heap(100, 50), Heap(100, 60)], place: 2));

    [Fact]
    public void GrewAlways_NotThereTwice_DidNot() =>
        Assert.False(GrowthFinder.GrewAlways([Heap(100, 0, isOrdersThere: false), Heap(100, 0, isOrdersThere: false), Heap(100, 60)], place: 2));

    [Fact]
    public void GrewAlways_AllOfTheHeap_GrewWithWhatIsInIt() => Assert.True(GrowthFinder.GrewAlways([Heap(100, 50), Heap(200, 50), Heap(300, 50)], place: 0));

    // A fiftieth of the growth is not what anybody looks for.
    [Fact]
    public void FindGrown_LittleBesideTheWholeGrowth_IsLeftOut() =>
        Assert.Equal("List<User>", Label(Heap(100_000, 1_500), GrowthFinder.FindGrown(Heap(100_000, 1_500), Heap(1_000, 50), totalGrowth: 100_000)));

    // A cache was emptied meanwhile, so that the heap has hardly grown: the leak is measured against itself.
    [Fact]
    public void FindGrown_LeakThatOutgrowsTheHeap_IsFoundWithoutTheRest()
    {
        PathNode[] before = [.. Heap(1_000, 50), Root(1, "static C._cache", 99_000)];
        PathNode[] now = [.. Heap(100_000, 1_500), Root(1, "static C._cache", 0)];

        Assert.Equal("List<User>", Label(now, GrowthFinder.FindGrown(now, before, totalGrowth: 1_450)));
    }

    [Fact]
    public void FindGrown_WhatGrewMoreThanAFiftieth_IsFoundBesideTheLargest() =>
        Assert.Equal(["List<User>", "static B._orders"], GrowthFinder.FindGrown(Heap(100_000, 4_000), Heap(1_000, 50), totalGrowth: 103_000).Select(static i => Heap(100_000, 4_000)[i].Label));

    private static string Label(PathNode[] paths, IReadOnlyList<int> found) => paths[Assert.Single(found)].Label;

    private static PathNode Root(int parent, string label, long bytes) =>
        new() { Parent = parent, Label = label, Count = 1, TopCount = 1, RetainedBytes = bytes, IsVirtual = true };
}
