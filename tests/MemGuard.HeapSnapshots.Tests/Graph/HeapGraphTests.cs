using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class HeapGraphTests
{
    [Fact]
    public void FindSlot_SeveralReferences_IsThatOfTheFirst()
    {
        using SlottedHeap heap = new();
        (AddressIndex index, HeapGraph graph) = new HeapGraphBuilder(heap, [new VirtualNode(-1, [FakeHeap.AddressOf(0)])], [new DependentPair(FakeHeap.AddressOf(1), FakeHeap.AddressOf(0))]).Build();
        using (index)
        using (graph)
        {
            Assert.Equal(5, graph.FindSlot(0, 1));
            Assert.Equal(9, graph.FindSlot(0, 2));
            Assert.Equal(3, graph.FindSlot(1, 2));

            // Too far behind, of a dependent handle, of no reference, of a root.
            Assert.Null(graph.FindSlot(1, 1));
            Assert.Null(graph.FindSlot(1, 0));
            Assert.Null(graph.FindSlot(2, 0));
            Assert.Null(graph.FindSlot(graph.Root, 0));
        }
    }

    [Fact]
    public void FindSlot_CaptureThatDoesNotTell_IsNotKnown()
    {
        using FakeHeap heap = new([[1], []]);
        using HeapGraph graph = heap.BuildGraph();

        Assert.Null(graph.FindSlot(0, 1));
    }

    [Fact]
    public void Nodes_ObjectsAndRoots_AreToldApart()
    {
        using FakeHeap heap = new([[1], []], sizes: [3, 4], types: [7, 8]);
        using HeapGraph graph = heap.BuildGraph([FakeHeap.Root(0, HeapRootKind.Handle)]);

        Assert.Equal((2u, 2u, 2u + RootPlan.FirstStatic), (graph.ObjectCount, graph.Root, graph.NodeCount));
        Assert.Equal([false, false, true, true], new[] { 0u, 1u, 2u, graph.NodeCount - 1 }.Select(graph.IsVirtual));
        Assert.Equal([3u, 4u, 0u, 0u], new[] { 0u, 1u, 2u, graph.NodeCount - 1 }.Select(node => graph.SizeUnits[node]));
        Assert.Equal([7, 8, -1, -RootPlan.FirstStatic], new[] { 0u, 1u, 2u, graph.NodeCount - 1 }.Select(node => graph.TypeIndexes[node]));
    }

    /// <summary>Three objects; the capture tells where each reference lies.</summary>
    private sealed class SlottedHeap : IHeapObjectSource, IDisposable
    {
        private readonly HeapNode[] _nodes = [new(FakeHeap.AddressOf(0), 12, 0, 3), new(FakeHeap.AddressOf(1), 12, 0, 2), new(FakeHeap.AddressOf(2), 12, 0, 0)];
        private readonly ulong[] _targets = [FakeHeap.AddressOf(1), FakeHeap.AddressOf(1), FakeHeap.AddressOf(2), FakeHeap.AddressOf(2), FakeHeap.AddressOf(1)];
        private readonly ushort[] _slots = [5, 7, 9, 3, HeapGraph.UnknownSlot];

        public long NodeCount => 3;

        public long EdgeCount => 5;

        public int NodeBatchCount => 1;

        public int EdgeBatchCount => 1;

        public bool HasEdgeSlots => true;

        public ReadOnlySpan<HeapNode> GetNodes(int batch) => _nodes;

        public ReadOnlySpan<ulong> GetEdgeTargets(int batch) => _targets;

        public ReadOnlySpan<ushort> GetEdgeSlots(int batch) => _slots;

        public void Dispose()
        {
        }
    }
}
