using MemGuard.HeapSnapshots.Tests.Support;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>A heap is drawn; the way down to its heaviest place is written as links.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class ChainWriterTests
{
    [Fact]
    public void Write_FieldsAndStatics_AreLinksFromTheRootDown()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_stock", Of<Stock>(Items()));

        Assert.Equal(
            ["static fields", "static ChainWriterTests.Shop.s_stock", "ChainWriterTests.Stock._items", "List<ChainWriterTests.Item>._items", "ChainWriterTests.Item[]"],
            Links(heap).Take(5));
    }

    [Fact]
    public void Write_SameLinkAgainAndAgain_IsOneWithTheirNumber()
    {
        HeapObject box = Of<Stock>(Items());
        for (int i = 0; i < 5; i++)
        {
            box = Of<Box>(box);
        }

        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_box", box);

        RetainerLink link = Assert.Single(heap.Suspect().Chain.Links, static link => link.TypeName == "ChainWriterTests.Box");
        Assert.Equal(5, link.RepeatCount);
    }

    // Objects of as many classes, one in the other: nothing to put together.
    [Theory]
    [InlineData(35, 0)]
    [InlineData(36, 1)]
    [InlineData(60, 25)]
    public void Write_MoreThanFortyLinks_LeavesOutTheMiddle(int boxes, int leftOut)
    {
        IEnumerable<Type> classes = typeof(Exception).Assembly.GetExportedTypes().Where(static type => type.IsAssignableTo(typeof(Exception))).Take(boxes);
        HeapObject box = classes.Aggregate(Of<Stock>(Items()), static (held, type) => Of(type, held));

        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_box", box);
        IReadOnlyList<RetainerLink> links = heap.Suspect().Chain.Links;

        Assert.Equal(leftOut > 0 ? 41 : 40, links.Count);
        Assert.Equal(leftOut, links.Where(static link => link.TypeName == "…").Sum(static link => link.RepeatCount));
        Assert.Equal("static fields", links[0].TypeName);
        Assert.Equal("ChainWriterTests.Item[]", links[^1].TypeName);
    }

    private static IEnumerable<string> Links(HeapPicture heap) => heap.Suspect().Chain.Links.Select(static link => link.TypeName + (link.FieldName is null ? "" : "." + link.FieldName));

    private static HeapObject Items() => Of<List<Item>>(Of<Item[]>(Many(500, static () => Of<Item>().Sized(500))));

    private sealed class Item;

    private sealed class Stock
    {
        private readonly List<Item>? _items;
    }

    private sealed class Box
    {
        private readonly object? _content;
    }

    private static class Shop
    {
        private static readonly Stock? s_stock;
        private static readonly Box? s_box;
    }
}
