using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>What a snapshot keeps of a heap that is drawn: counts, bytes and paths.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class SnapshotBuilderTests
{
    [Fact]
    public void Build_EveryType_IsCountedWithItsBytesTheHeaviestFirst()
    {
        using HeapPicture heap = Draw();

        SnapshotData data = heap.Analyse();

        Assert.Equal(
            [("SnapshotBuilderTests.Item", 30, 30 * 504), ("SnapshotBuilderTests.Note", 10, 10 * 104), ("SnapshotBuilderTests.Item[]", 1, 24 + (40 * 8))],
            data.Types.Take(3).Select(static type => (type.TypeName, type.Count, type.TotalBytes)));
        Assert.Equal(data.ObjectCount, data.Types.Sum(static type => type.Count));
        Assert.Equal(data.TotalBytes, data.Types.Sum(static type => type.TotalBytes));
        Assert.Equal((1, 1), (data.StaticCount, data.NamedStaticCount));
    }

    // A dominator of half a graph would be a wrong name: only what arrived is counted.
    [Fact]
    public void Build_LossyCapture_HasTypesAlone()
    {
        using HeapPicture heap = Draw();
        using CapturedHeap capture = heap.Capture();
        capture.IncompleteBecause = "events were lost";
        capture.Pause = TimeSpan.FromMilliseconds(3);

        SnapshotData data = SnapshotBuilder.Build(capture, [typeof(SnapshotBuilderTests).Assembly], SingletonTable.Empty, null);

        Assert.Equal(("events were lost", TimeSpan.FromMilliseconds(3), "event pipe"), (data.IncompleteBecause, data.Pause, data.CapturedBy));
        Assert.Equal(("SnapshotBuilderTests.Item", 30, 30 * 504), (data.Types[0].TypeName, data.Types[0].Count, data.Types[0].TotalBytes));
        Assert.Equal(heap.NodeCount, data.ObjectCount);
        Assert.Equal(data.TotalBytes, data.Types.Sum(static type => type.TotalBytes));
        Assert.Empty(data.Paths);
        Assert.Empty(data.Places);
    }

    [Fact]
    public void Build_GarbageOfAFrozenCopy_IsNotCounted()
    {
        using FakeHeap heap = new([[1], [], []], types: [0, 1, 1]);
        using CapturedHeap capture = new(heap, heap) { HasGarbage = true, Roots = [FakeHeap.Root(0, HeapRootKind.Handle)], Types = [new HeapTypeRecord(1, "Shop.Order"), new HeapTypeRecord(2, "Shop.Item")] };

        SnapshotData data = SnapshotBuilder.Build(capture, [], SingletonTable.Empty, null);

        Assert.Equal(2, data.ObjectCount);
        Assert.Equal([("Shop.Order", 1L), ("Shop.Item", 1L)], data.Types.Select(static type => (type.TypeName, type.Count)));
        Assert.Equal(16, data.TotalBytes);
    }

    [Fact]
    public void Build_Paths_LeadFromTheRootsToTheObjects()
    {
        using FakeHeap heap = new([[1], []], types: [0, 1]);
        using CapturedHeap capture = new(heap, heap) { Roots = [FakeHeap.Root(0, HeapRootKind.Handle)], Types = [new HeapTypeRecord(1, "Shop.Order"), new HeapTypeRecord(2, "Shop.Item")] };

        SnapshotData data = SnapshotBuilder.Build(capture, [], SingletonTable.Empty, null);

        PathNode order = data.Paths.Single(static path => path.Label == "Shop.Order");
        Assert.False(order.IsVirtual);
        Assert.Equal(("GC handles", true), (data.Paths[order.Parent].Label, data.Paths[order.Parent].IsVirtual));
        Assert.Equal((1L, 1L, 16L), (order.Count, order.TopCount, order.RetainedBytes));
        Assert.NotEqual(0, order.Identity);
    }

    // Nobody would look at so little, unless somebody asks.
    [Fact]
    public void Build_SmallPlaceThatIsAskedFor_IsNamed()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_shelf", Of<Item[]>(Many(1000, static () => Of<Item>().Sized(504)))).Static(typeof(Shop), "s_memo", Of<Note>());
        using CapturedHeap capture = heap.Capture();
        int asked = -1;

        SnapshotData data = SnapshotBuilder.Build(capture, [typeof(SnapshotBuilderTests).Assembly], SingletonTable.Empty, null, paths =>
        {
            asked = Enumerable.Range(0, paths.Count).Single(i => paths[i].Label == "SnapshotBuilderTests.Note");
            return [asked];
        });

        Assert.Equal("static SnapshotBuilderTests.Shop.s_memo → SnapshotBuilderTests.Note", data.Places[data.Paths[asked].Place].Name);
        Assert.Equal(2, data.Places.Count);
    }

    [Fact]
    public void Build_MemGuardsOwnObjects_AreSummedAndNoPaths()
    {
        using HeapPicture heap = Draw();
        heap.Root(Of<SnapshotData>(Of<PathNode[]>(Many(10, static () => Of<PathNode>().Sized(504)))), HeapRootKind.Handle);

        SnapshotData data = heap.Analyse();

        Assert.Equal(32 + 24 + (10 * 8) + (10 * 504), data.OwnBytes);
        Assert.DoesNotContain(data.Paths, static path => path.Label.Contains("PathNode", StringComparison.Ordinal));
    }

    private static HeapPicture Draw() => new HeapPicture().Static(
        typeof(Shop),
        "s_shelf",
        Of<Item[]>([.. Many(30, static () => Of<Item>().Sized(504)), .. Many(10, static () => Of<Note>().Sized(104))]));

    private sealed class Item;

    private sealed class Note;

    private static class Shop
    {
        private static readonly Item[]? s_shelf;
        private static readonly Note? s_memo;
    }
}
