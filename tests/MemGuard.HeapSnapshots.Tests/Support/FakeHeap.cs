using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>A heap made by hand: node <c>i</c> lies at <see cref="AddressOf"/>.</summary>
internal sealed class FakeHeap(IReadOnlyList<int[]> edges, IReadOnlyList<uint>? sizes = null, IReadOnlyList<int>? types = null) : IHeapObjectSource, IDisposable
{
    private const int BatchLength = 1000;

    private readonly HeapNode[] _nodes =
        [.. edges.Select((targets, i) => new HeapNode(AddressOf(i), sizes?[i] ?? 1, types?[i] ?? 0, (uint)targets.Length))];

    private readonly ulong[] _targets = [.. edges.SelectMany(static targets => targets).Select(AddressOf)];

    public long NodeCount => _nodes.Length;

    public long EdgeCount => _targets.Length;

    public int NodeBatchCount => (_nodes.Length + BatchLength - 1) / BatchLength;

    public int EdgeBatchCount => (_targets.Length + BatchLength - 1) / BatchLength;

    // Apart by more than a chunk now and then, so that more than one chunk is in play.
    public static ulong AddressOf(int node) => 0x7F00_0000_0000 + ((ulong)node * 24) + ((ulong)(node / 50) << 23);

    public ReadOnlySpan<HeapNode> GetNodes(int batch) => Slice(_nodes, batch);

    public ReadOnlySpan<ulong> GetEdgeTargets(int batch) => Slice(_targets, batch);

    /// <summary>Builds the graph with node 0 as the only root.</summary>
    public HeapGraph BuildGraph()
    {
        (AddressIndex index, HeapGraph graph) = new HeapGraphBuilder(this, [new VirtualNode(-1, [AddressOf(0)])], []).Build();
        index.Dispose();
        return graph;
    }

    /// <summary>Builds the graph as a capture does, with a virtual node for each kind of root and each static field.</summary>
    public HeapGraph BuildGraph(IReadOnlyList<HeapRoot> roots, params int[] statics)
    {
        RootPlan plan = new(roots, [.. statics.Select(static node => new HeapStatic(0, AddressOf(node), 0, "field"))]);
        (AddressIndex index, HeapGraph graph) = new HeapGraphBuilder(this, plan.Nodes, []).Build();
        index.Dispose();
        return graph;
    }

    public static HeapRoot Root(int node, HeapRootKind kind, bool isPinned = false) => new(AddressOf(node), kind, isPinned);

    public void Dispose()
    {
    }

    private static ReadOnlySpan<T> Slice<T>(T[] items, int batch) =>
        items.AsSpan(batch * BatchLength, Math.Min(BatchLength, items.Length - (batch * BatchLength)));
}
