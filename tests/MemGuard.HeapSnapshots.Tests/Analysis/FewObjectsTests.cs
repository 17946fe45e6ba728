using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>One object holds several lists, each with so many items: which of them has grown.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class FewObjectsTests
{
    [Fact]
    public void SizesOf_SeveralLists_AreWhatEachHoldsTheLargestFirst() => Assert.Equal([SizeOf(300), SizeOf(200), SizeOf(150)], Sizes([150, 300, 200]));

    [Fact]
    public void SizesOf_OneList_IsNothing() => Assert.Null(Sizes([300]));

    [Fact]
    public void SizesOf_ListsBelowSixtyFourKibibytes_StandOutNowhere() => Assert.Null(Sizes([90, 80, 70]));

    // Twelve alike: the largest has less than a tenth of them.
    [Fact]
    public void SizesOf_ManyAlike_StandOutNowhere() => Assert.Null(Sizes([.. Enumerable.Repeat(200, 12)]));

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void SizesOf_MoreThanEight_AreTheEightLargest(int lists) =>
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => SizeOf(400 - (20 * i))), Sizes([.. Enumerable.Range(0, lists).Select(static i => 400 - (20 * i))]));

    [Theory]
    [InlineData(new[] { 300, 100, 150 }, 200)]
    [InlineData(new[] { 250, 180, 10 }, 150)]
    [InlineData(new[] { 290, 190, 140 }, 300)]
    [InlineData(new[] { 300 }, 200)]
    [InlineData(new[] { 300, 150 }, 200)]
    [InlineData(new int[0], 300)]
    public void FindGrown_SizesThatWere_IsTheListThatGrewMost(int[] before, int expected) => Assert.Equal(SizeOf(expected), Grown([300, 200, 150], before));

    [Fact]
    public void FindGrown_NothingChanged_IsNone() => Assert.Null(Grown([300, 200, 150], [150, 200, 300]));

    [Fact]
    public void FindGrown_EarlierUnknown_IsNone() => Assert.Null(Grown([300, 200, 150], null));

    [Fact]
    public void FindGrown_NothingStandsOut_IsNone() => Assert.Null(Grown([90, 80], [20, 10]));

    private static IReadOnlyList<long>? Sizes(int[] lists)
    {
        using AnalysedHeap heap = Draw(lists);
        return FewObjects.Find(heap).SizesOf(EntryOfLists(heap));
    }

    private static long? Grown(int[] lists, int[]? before)
    {
        using AnalysedHeap heap = Draw(lists);
        return FewObjects.Find(heap).FindGrown(EntryOfLists(heap), before is null ? null : [.. before.Select(SizeOf)]) is { } number ? heap.Tree.GetRetainedBytes(number) : null;
    }

    private static AnalysedHeap Draw(int[] lists)
    {
        using HeapPicture picture = new();
        picture.Static(typeof(Shop), "s_shelves", Of<Shelves>([.. lists.Select(static count => Of<List<Item>>(Of<Item[]>(Many(count, static () => Of<Item>().Sized(504)))))]));
        return AnalysedHeap.Build(picture.Capture(), [typeof(FewObjectsTests).Assembly]);
    }

    private static int EntryOfLists(AnalysedHeap heap) =>
        Enumerable.Range(0, heap.Paths.Entries.Count).Single(entry => heap.NameOf(heap.Paths.Entries[entry].Type) == "List<FewObjectsTests.Item>");

    // The list with one reference, its array and the items.
    private static long SizeOf(int count) => 32 + 24 + (8 * count) + (504 * count);

    private sealed class Item;

    private sealed class Shelves;

    private static class Shop
    {
        private static readonly Shelves? s_shelves;
    }
}
