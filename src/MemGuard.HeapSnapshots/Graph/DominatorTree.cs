using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>
/// For every node that can be reached, the one node through which every path to it leads last, and the bytes that would be freed with it.
/// </summary>
/// <remarks>All arrays are in depth-first numbers, in which a dominator's number is smaller than that of everything it dominates: one sweep up or down visits parents before or after children.</remarks>
internal sealed class DominatorTree : IDisposable
{
    /// <summary>The number of a node that cannot be reached.</summary>
    public const uint Unreached = uint.MaxValue;

    private DominatorTree(DepthFirstOrder order, NativeArray<uint> dominators, NativeArray<ulong> retained)
    {
        Count = order.Count;
        Nodes = order.Nodes;
        Numbers = order.Numbers;
        Dominators = dominators;
        RetainedUnits = retained;
    }

    /// <summary>How many nodes can be reached.</summary>
    public uint Count { get; }

    /// <summary>Node by number.</summary>
    public NativeArray<uint> Nodes { get; }

    /// <summary>Number by node, or <see cref="Unreached"/>.</summary>
    public NativeArray<uint> Numbers { get; }

    /// <summary>Immediate dominator by number, as a number; the root is its own.</summary>
    public NativeArray<uint> Dominators { get; }

    /// <summary>Retained size by number, in units of 8 bytes.</summary>
    public NativeArray<ulong> RetainedUnits { get; }

    public static DominatorTree Build(HeapGraph graph)
    {
        DepthFirstOrder order = DepthFirstOrder.Build(graph);
        NativeArray<uint> dominators;
        using (order.Parents)
        {
            using PredecessorLists predecessors = PredecessorLists.Build(graph, order);
            dominators = LengauerTarjan.Run(order, predecessors);
        }

        return new DominatorTree(order, dominators, SumRetained(graph, order, dominators));
    }

    public long GetRetainedBytes(uint number) => (long)RetainedUnits[number] * 8;

    public void Dispose()
    {
        Nodes.Dispose();
        Numbers.Dispose();
        Dominators.Dispose();
        RetainedUnits.Dispose();
    }

    private static unsafe NativeArray<ulong> SumRetained(HeapGraph graph, DepthFirstOrder order, NativeArray<uint> dominators)
    {
        NativeArray<ulong> result = new(order.Count);
        ulong* retained = result.Pointer;
        uint* dominator = dominators.Pointer;
        uint* nodes = order.Nodes.Pointer;
        uint* sizes = graph.SizeUnits.Pointer;
        for (uint number = order.Count - 1; number > 0; number--)
        {
            retained[number] += sizes[nodes[number]];
            retained[dominator[number]] += retained[number];
        }

        return result;
    }
}
