using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Builds the graph in three passes over the captured objects: addresses, sizes and counts, references.</summary>
internal sealed unsafe class HeapGraphBuilder(IHeapObjectSource source, IReadOnlyList<VirtualNode> virtualNodes, IReadOnlyList<DependentPair> dependentPairs)
{
    private const int MaxUnresolvedNodes = 1 << 20;

    // What the nodes say, not what arrived: of a lossy stream fewer arrive, and the room must hold what the offsets point at.
    private long _announcedEdges;
    private List<uint>? _unresolvedNodes = [];

    /// <summary>References whose target is no object of the walk; a whole capture has none.</summary>
    public long UnresolvedEdgeCount { get; private set; }

    /// <summary>The nodes that have such references; null when there are too many to keep.</summary>
    public IReadOnlyList<uint>? UnresolvedNodes => _unresolvedNodes;

    /// <summary>Objects that arrived twice; a whole capture has none.</summary>
    public long DuplicateCount { get; private set; }

    public (AddressIndex Index, HeapGraph Graph) Build()
    {
        AddressIndex index = BuildIndex();
        HeapGraph? graph = null;
        try
        {
            List<(uint From, uint To)> extra = FindExtraEdges(index);
            graph = new HeapGraph(index.Count, (uint)virtualNodes.Count, _announcedEdges + extra.Count, source.HasEdgeSlots);
            FillNodes(index, graph, extra);
            FillEdges(index, graph, extra);
            return (index, graph);
        }
        catch
        {
            graph?.Dispose();
            index.Dispose();
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private AddressIndex BuildIndex()
    {
        AddressIndex index = new();
        for (int batch = 0; batch < source.NodeBatchCount; batch++)
        {
            foreach (ref readonly HeapNode node in source.GetNodes(batch))
            {
                index.Add(node.Address);
                _announcedEdges += node.EdgeCount;
            }
        }

        index.Freeze();
        DuplicateCount = source.NodeCount - index.Count;
        return index;
    }

    // References that the walk does not report as such: of virtual nodes, and of a dependent handle's key to its value. Sorted by origin.
    private List<(uint From, uint To)> FindExtraEdges(AddressIndex index)
    {
        List<(uint From, uint To)> extra = [];
        foreach (DependentPair pair in dependentPairs)
        {
            uint key = index.Find(pair.Key);
            uint value = index.Find(pair.Value);
            if (key != AddressIndex.NotFound && value != AddressIndex.NotFound)
            {
                extra.Add((key, value));
            }
        }

        for (int i = 0; i < virtualNodes.Count; i++)
        {
            uint self = index.Count + (uint)i;
            if (virtualNodes[i].Parent >= 0)
            {
                extra.Add((index.Count + (uint)virtualNodes[i].Parent, self));
            }

            foreach (ulong address in virtualNodes[i].Targets)
            {
                uint target = index.Find(address);
                if (target != AddressIndex.NotFound)
                {
                    extra.Add((self, target));
                }
            }
        }

        extra.Sort();
        return extra;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillNodes(AddressIndex index, HeapGraph graph, List<(uint From, uint To)> extra)
    {
        uint* offsets = graph.Offsets.Pointer;
        uint* sizes = graph.SizeUnits.Pointer;
        int* types = graph.TypeIndexes.Pointer;
        for (int batch = 0; batch < source.NodeBatchCount; batch++)
        {
            foreach (ref readonly HeapNode node in source.GetNodes(batch))
            {
                uint rank = index.Find(node.Address);
                if (rank != AddressIndex.NotFound)
                {
                    offsets[rank + 1] += node.EdgeCount;
                    sizes[rank] = node.SizeUnits;
                    types[rank] = node.TypeIndex;
                }
            }
        }

        foreach ((uint from, _) in extra)
        {
            offsets[from + 1]++;
        }

        for (int i = 0; i < virtualNodes.Count; i++)
        {
            types[graph.ObjectCount + (uint)i] = -1 - i;
        }

        for (uint node = 0; node < graph.NodeCount; node++)
        {
            offsets[node + 1] += offsets[node];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillEdges(AddressIndex index, HeapGraph graph, List<(uint From, uint To)> extra)
    {
        uint* offsets = graph.Offsets.Pointer;
        uint* targets = graph.Targets.Pointer;
        ushort* slots = graph.EdgeSlots is null ? null : graph.EdgeSlots.Pointer;
        EdgeCursor edges = new(source);
        for (int batch = 0; batch < source.NodeBatchCount; batch++)
        {
            foreach (ref readonly HeapNode node in source.GetNodes(batch))
            {
                uint rank = index.Find(node.Address);
                uint* own = rank == AddressIndex.NotFound ? null : targets + offsets[rank];
                for (uint i = 0; i < node.EdgeCount; i++)
                {
                    uint target = edges.TryTake(out ulong address, out ushort slot) ? index.Find(address) : AddressIndex.NotFound;
                    if (target == AddressIndex.NotFound)
                    {
                        // A reference to its own node changes no dominator.
                        UnresolvedEdgeCount++;
                        Remember(rank);
                        target = rank;
                    }

                    if (own is not null)
                    {
                        own[i] = target;
                        if (slots is not null)
                        {
                            slots[offsets[rank] + i] = slot;
                        }
                    }
                }
            }
        }

        AppendExtra(graph, extra);
    }

    private void Remember(uint node)
    {
        if (_unresolvedNodes is { Count: < MaxUnresolvedNodes } nodes && (nodes.Count == 0 || nodes[^1] != node))
        {
            nodes.Add(node);
        }
        else if (_unresolvedNodes is { Count: >= MaxUnresolvedNodes })
        {
            _unresolvedNodes = null;
        }
    }

    // The room for extra references is at the end of their node's own.
    private static void AppendExtra(HeapGraph graph, List<(uint From, uint To)> extra)
    {
        for (int i = extra.Count - 1, back = 0; i >= 0; i--)
        {
            back = i + 1 < extra.Count && extra[i + 1].From == extra[i].From ? back + 1 : 1;
            uint edge = graph.Offsets[extra[i].From + 1] - (uint)back;
            graph.Targets[edge] = extra[i].To;
            if (graph.EdgeSlots is { } slots)
            {
                slots[edge] = HeapGraph.UnknownSlot;
            }
        }
    }

    private ref struct EdgeCursor(IHeapObjectSource source)
    {
        private ReadOnlySpan<ulong> _batch;
        private ReadOnlySpan<ushort> _slots;
        private int _nextBatch;
        private int _next;

        public bool TryTake(out ulong address, out ushort slot)
        {
            while (_next == _batch.Length)
            {
                if (_nextBatch == source.EdgeBatchCount)
                {
                    address = 0;
                    slot = 0;
                    return false;
                }

                _batch = source.GetEdgeTargets(_nextBatch);
                _slots = source.GetEdgeSlots(_nextBatch++);
                _next = 0;
            }

            slot = _slots.IsEmpty ? HeapGraph.UnknownSlot : _slots[_next];
            address = _batch[_next++];
            return true;
        }
    }
}
