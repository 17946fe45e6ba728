using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.Testing.Tests.RoundTrips;

public sealed class GrowingPathsTests
{
    private const int N = 256;

    [Fact]
    public void Find_OneObjectACall_IsNamedByThePlaceAboveIt()
    {
        GrowingPath growing = Assert.Single(Find(
            static objects => Heap(new Node("List<Order>", 0, 1, Place: 0), new Node("Order", 1, objects)),
            N + 16,
            (2 * N) + 16,
            (4 * N) + 16));

        Assert.Equal("Order", growing.TypeName);
        Assert.Equal("static Shop._orders → List<Order>", growing.Holder);
        Assert.Equal(1, growing.PerIteration);
    }

    [Fact]
    public void Find_AListForEachProcessorThatGrowsInTurns_IsFoundByAllOfItsObjects()
    {
        // The first and the third batch ran on one processor, the second on another.
        IReadOnlyList<GrowingPath> growing = Compare(
            Heap(new Node("TimerQueue", 0, 1), new Node("TimerQueueTimer", 1, 272), new Node("Closure", 2, 272)),
            Heap(new Node("TimerQueue", 0, 1), new Node("TimerQueueTimer", 1, 272), new Node("Closure", 2, 272), new Node("TimerQueueTimer", 0, 256), new Node("Closure", 4, 256)),
            Heap(new Node("TimerQueue", 0, 1), new Node("TimerQueueTimer", 1, 784), new Node("Closure", 2, 784), new Node("TimerQueueTimer", 0, 256), new Node("Closure", 4, 256)),
            typeName: null);

        Assert.Equal("TimerQueueTimer", Assert.Single(growing).TypeName);
        Assert.Equal(1, growing[0].PerIteration);
    }

    [Fact]
    public void Find_ARingThatHasFilled_IsNoGrowth() =>
        Assert.Empty(Find(static objects => Heap(new Node("Ring", 0, 1), new Node("Order", 1, objects)), N, 300, 300));

    [Fact]
    public void Find_WhatEachCaptureLeavesInAnotherPlace_IsNoGrowth() =>
        Assert.Empty(Compare(
            Heap(new Node("First", 0, 1), new Node("string", 1, 400)),
            Heap(new Node("First", 0, 1), new Node("string", 1, 400), new Node("Second", 0, 1), new Node("string", 3, 400)),
            Heap(new Node("First", 0, 1), new Node("string", 1, 400), new Node("Second", 0, 1), new Node("string", 3, 400), new Node("Third", 0, 1), new Node("string", 5, 400)),
            typeName: null));

    [Fact]
    public void Find_ObjectsThatAreAskedFor_AreToldBelowWhatHoldsThem()
    {
        SnapshotData[] heaps = [.. new[] { N, 2 * N, 4 * N }.Select(static objects => Heap(new Node("static fields", 0, 1, IsVirtual: true), new Node("static Bus.Published", 1, 1, IsVirtual: true), new Node("EventHandler", 2, objects), new Node("Viewer", 3, objects)))];

        GrowingPath growing = Assert.Single(Compare(heaps[0], heaps[1], heaps[2], "Viewer"));

        Assert.Equal("Viewer", growing.TypeName);
        Assert.Equal("static Bus.Published → EventHandler", growing.Holder);
    }

    private static IReadOnlyList<GrowingPath> Find(Func<long, SnapshotData> heap, long first, long second, long third) =>
        Compare(heap(first), heap(second), heap(third), typeName: null);

    private static IReadOnlyList<GrowingPath> Compare(SnapshotData first, SnapshotData second, SnapshotData third, string? typeName) =>
        new GrowingPaths(first.Paths, second.Paths, third.Paths, N, typeName).Describe(third);

    private static SnapshotData Heap(params Node[] nodes) => new()
    {
        Paths = [new PathNode { Parent = -1, Label = "all roots", Count = 1, TopCount = 1, RetainedBytes = 0, IsVirtual = true }, .. nodes.Select(static node => node.ToPath())],
        Places = [new HeapDominator { Name = "static Shop._orders → List<Order>", TypeName = "List<Order>", RetainedBytes = 0, Count = 0, CountUnit = "entries", ShareRatio = 1 }],
    };

    private sealed record Node(string Label, int Parent, long Count, int Place = -1, bool IsVirtual = false)
    {
        public PathNode ToPath() => new() { Parent = Parent, Label = Label, Count = Count, TopCount = Count, RetainedBytes = 24 * Count, Place = Place, IsVirtual = IsVirtual };
    }
}
