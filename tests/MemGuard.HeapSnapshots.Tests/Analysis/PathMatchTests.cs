using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class PathMatchTests
{
    // Two caches of one simple name in two namespaces.
    [Fact]
    public void Find_SameLabelOfOtherTypes_IsNoMatch()
    {
        PathNode[] before = [Root(0), Path("Cache", identity: 1, bytes: 500)];
        PathNode[] now = [Root(0), Path("Cache", identity: 2, bytes: 500), Path("Cache", identity: 1, bytes: 500)];

        Assert.Equal([0, -1, 1], PathMatch.Find(now, before));
    }

    [Fact]
    public void Find_RenamedLabelOfTheSameType_IsAMatch() =>
        Assert.Equal([0, 1], PathMatch.Find([Root(0), Path("Sales.Cache", identity: 7, bytes: 9)], [Root(0), Path("Cache", identity: 7, bytes: 5)]));

    // Two static fields that cannot be told apart: the one that has not changed is itself, whatever their order.
    [Fact]
    public void Find_TwoThatCannotBeToldApart_KeepsTheConstantOne()
    {
        PathNode[] before = [Root(0), Path("s_items", 3, 800), Path("s_items", 3, 20)];
        PathNode[] now = [Root(0), Path("s_items", 3, 900), Path("s_items", 3, 800)];

        Assert.Equal([0, 2, 1], PathMatch.Find(now, before));
    }

    [Fact]
    public void Find_OneMoreThanBefore_IsNewByItsSize() =>
        Assert.Equal([0, -1, 1], PathMatch.Find([Root(0), Path("s_items", 3, 10), Path("s_items", 3, 90)], [Root(0), Path("s_items", 3, 80)]));

    // Objects that one list held until a second holder came: they hang higher up now and have not grown.
    [Fact]
    public void Find_HeldByTwoSince_IsTheSameMoved()
    {
        PathNode[] before = [Root(9), Path("List", 1, 900_000), Path("Page", 2, 800_000) with { Parent = 1 }, Path("byte[]", 3, 700_000) with { Parent = 2 }];
        PathNode[] now = [Root(9), Path("Page", 2, 820_000), Path("byte[]", 3, 720_000) with { Parent = 1 }, Path("List", 1, 100_000)];

        Assert.Equal([0, 2, 3, 1], PathMatch.Find(now, before));
    }

    // Of two that were elsewhere the larger one is looked for first.
    [Fact]
    public void Find_SeveralThatMayHaveMoved_TakesTheLargest()
    {
        PathNode[] before = [Root(9), Path("Small", 4, 200_000), Path("Page", 2, 150_000) with { Parent = 1 }, Path("List", 1, 900_000), Path("Page", 2, 800_000) with { Parent = 3 }];

        Assert.Equal([0, 4], PathMatch.Find([Root(9), Path("Page", 2, 820_000)], before));
    }

    [Theory]
    [InlineData(64 << 10, 2)]
    [InlineData((64 << 10) - 1, -1)]
    public void Find_MovedPath_IsLookedForFromSixtyFourKibibytesOn(long bytes, int expected)
    {
        PathNode[] before = [Root(9), Path("List", 1, 900_000), Path("Page", 2, bytes) with { Parent = 1 }];

        Assert.Equal([0, expected], PathMatch.Find([Root(9), Path("Page", 2, bytes)], before));
    }

    // Static fields and kinds of roots stay where they are.
    [Fact]
    public void Find_RootsOfTheSameIdentity_HaveNotMoved()
    {
        PathNode[] before = [Root(9), Path("List", 1, 900_000), Path("s_field", 2, 800_000) with { Parent = 1, IsVirtual = true }];

        Assert.Equal([0, -1], PathMatch.Find([Root(9), Path("s_field", 2, 800_000) with { IsVirtual = true }], before));
    }

    // What lies below a path that is new is new, and one that moved is given once.
    [Fact]
    public void Find_TwoThatMayBeTheMovedOne_GivesItOnce()
    {
        PathNode[] before = [Root(9), Path("List", 1, 900_000), Path("Page", 2, 800_000) with { Parent = 1 }];
        PathNode[] now = [Root(9), Path("Page", 2, 820_000), Path("Bag", 7, 820_000), Path("Page", 2, 810_000) with { Parent = 2 }];

        Assert.Equal([0, 2, -1, -1], PathMatch.Find(now, before));
    }

    // Three that cannot be told apart go by size, the largest to the largest.
    [Fact]
    public void Find_SeveralThatCannotBeToldApart_GoBySize() =>
        Assert.Equal(
            [0, 2, 3, 1],
            PathMatch.Find([Root(0), Path("s_items", 3, 95), Path("s_items", 3, 65), Path("s_items", 3, 15)], [Root(0), Path("s_items", 3, 10), Path("s_items", 3, 90), Path("s_items", 3, 60)]));

    [Fact]
    public void Find_OneOfTwoIsGone_IsTheNearestInSize() => Assert.Equal([0, 2], PathMatch.Find([Root(0), Path("s_items", 3, 95)], [Root(0), Path("s_items", 3, 10), Path("s_items", 3, 90)]));

    // The one that stayed as it was is nobody else's past.
    [Fact]
    public void Find_OneStayedAndOneShrank_GivesEachItsOwn() =>
        Assert.Equal([0, 1, 2], PathMatch.Find([Root(0), Path("s_items", 3, 800), Path("s_items", 3, 500)], [Root(0), Path("s_items", 3, 800), Path("s_items", 3, 20)]));

    // With identities everywhere the labels do not matter, be they as they are.
    [Fact]
    public void Find_AllHaveIdentities_GoesByThem() =>
        Assert.Equal([0, 2, 1], PathMatch.Find([Root(9), Path("A", 5, 1), Path("B", 6, 1)], [Root(9), Path("A", 6, 1), Path("B", 5, 1)]));

    // What lies in it has moved with it, however small.
    [Fact]
    public void Find_BelowWhatHasMoved_IsFoundWithIt()
    {
        PathNode[] before = [Root(9), Path("List", 1, 900_000), Path("Page", 2, 800_000) with { Parent = 1 }, Path("Title", 3, 100) with { Parent = 2 }];

        Assert.Equal([0, 2, 3], PathMatch.Find([Root(9), Path("Page", 2, 820_000), Path("Title", 3, 100) with { Parent = 1 }], before));
    }

    [Fact]
    public void Find_LargerOneOfTheSameTypeIsGone_KeepsTheOneThatIsStillThere()
    {
        PathNode[] before = [Root(9), Path("Page", 2, 500_000), Path("List", 1, 900_000), Path("Page", 2, 800_000) with { Parent = 2 }];

        Assert.Equal([0, 1, 2], PathMatch.Find([Root(9), Path("Page", 2, 500_000), Path("List", 1, 90_000)], before));
    }

    // A file of an earlier version.
    [Fact]
    public void Find_WithoutIdentities_GoesByLabel() =>
        Assert.Equal([0, 2, 1], PathMatch.Find([Root(0), Path("A", 0, 1), Path("B", 0, 1)], [Root(0), Path("B", 5, 1), Path("A", 6, 1)]));

    private static PathNode Root(long identity) => new() { Parent = -1, Label = "all roots", Identity = identity, Count = 1, TopCount = 1, RetainedBytes = 1000, IsVirtual = true };

    private static PathNode Path(string label, long identity, long bytes) => new() { Parent = 0, Label = label, Identity = identity, Count = 1, TopCount = 1, RetainedBytes = bytes };
}
