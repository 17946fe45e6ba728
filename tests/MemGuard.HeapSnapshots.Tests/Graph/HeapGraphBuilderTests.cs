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
