using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Graph;

[Collection(nameof(NativeMemoryGroup))]
public sealed class HeapGraphBuilderTests
{
    [Fact]
    public void Build_DependentPair_BecomesAnEdgeFromKeyToValue()
    {
        using FakeHeap heap = new([[1], [], []]);
        HeapGraphBuilder builder = new(heap, [new VirtualNode(-1, [FakeHeap.AddressOf(0)])], [new DependentPair(FakeHeap.AddressOf(1), FakeHeap.AddressOf(2))]);

        (AddressIndex index, HeapGraph graph) = builder.Build();

        Assert.Equal([2u], graph.GetTargets(1).ToArray());
        Assert.Equal([0u], graph.GetTargets(graph.Root).ToArray());
        index.Dispose();
        graph.Dispose();
    }

    [Fact]
    public void Build_SeveralReferencesThatTheWalkDoesNotReport_AreAllThere()
    {
        using FakeHeap heap = new([[1], [], [], []]);
        DependentPair[] pairs = [new(FakeHeap.AddressOf(0), FakeHeap.AddressOf(2)), new(FakeHeap.AddressOf(0), FakeHeap.AddressOf(3))];
        VirtualNode[] roots = [new(-1, [FakeHeap.AddressOf(0), FakeHeap.AddressOf(3)]), new(0, [FakeHeap.AddressOf(1), FakeHeap.AddressOf(2)])];

        (AddressIndex index, HeapGraph graph) = new HeapGraphBuilder(heap, roots, pairs).Build();

        Assert.Equal([1u, 2u, 3u], graph.GetTargets(0).ToArray().Order());
        Assert.Equal([0u, 3u, graph.Root + 1], graph.GetTargets(graph.Root).ToArray().Order());
        Assert.Equal([1u, 2u], graph.GetTargets(graph.Root + 1).ToArray().Order());
        index.Dispose();
        graph.Dispose();
    }

    [Fact]
    public void Build_EdgeToNowhere_IsCountedAndChangesNothing()
    {
        using LossyHeap heap = new();
        HeapGraphBuilder builder = new(heap, [new VirtualNode(-1, [FakeHeap.AddressOf(0)])], []);

        (AddressIndex index, HeapGraph graph) = builder.Build();
        using DominatorTree tree = DominatorTree.Build(graph);

        Assert.Equal(3, builder.UnresolvedEdgeCount);
        Assert.Equal(2u, tree.Count);
        index.Dispose();
        graph.Dispose();
    }

    // Announces four edges, delivers one that leads nowhere and one that leads home.
    private sealed class LossyHeap : IHeapObjectSource, IDisposable
    {
        private readonly HeapNode[] _nodes = [new(FakeHeap.AddressOf(0), 2, 0, 4)];
        private readonly ulong[] _targets = [0x10, FakeHeap.AddressOf(0)];

        public long NodeCount => 1;

        public long EdgeCount => 2;

        public int NodeBatchCount => 1;

        public int EdgeBatchCount => 1;

        public ReadOnlySpan<HeapNode> GetNodes(int batch) => _nodes;

        public ReadOnlySpan<ulong> GetEdgeTargets(int batch) => _targets;

        public void Dispose()
        {
        }
    }
}
