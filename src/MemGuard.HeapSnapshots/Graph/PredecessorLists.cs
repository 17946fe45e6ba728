using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>The references turned round, in depth-first numbers.</summary>
internal sealed class PredecessorLists : IDisposable
{
    private PredecessorLists(NativeArray<uint> offsets, NativeArray<uint> sources)
    {
        Offsets = offsets;
        Sources = sources;
    }

    public NativeArray<uint> Offsets { get; }

    public NativeArray<uint> Sources { get; }

    public static unsafe PredecessorLists Build(HeapGraph graph, DepthFirstOrder order)
    {
        NativeArray<uint> offsetArray = new((long)order.Count + 1);
        uint* ends = offsetArray.Pointer;
        uint* nodes = order.Nodes.Pointer;
        uint* numbers = order.Numbers.Pointer;
        uint* edges = graph.Offsets.Pointer;
        uint* targets = graph.Targets.Pointer;

        // Targets of reached nodes are reached, so every number is valid.
        for (uint number = 0; number < order.Count; number++)
        {
            uint node = nodes[number];
            for (uint edge = edges[node]; edge < edges[node + 1]; edge++)
            {
                ends[numbers[targets[edge]]]++;
            }
        }

        for (uint number = 1; number <= order.Count; number++)
        {
            ends[number] += ends[number - 1];
        }

        // Filled from the back, each end moves to its own beginning: one array serves as cursor and as result.
        NativeArray<uint> sourceArray = new(ends[order.Count]);
        uint* sources = sourceArray.Pointer;
        for (uint number = order.Count; number-- > 0;)
        {
            uint node = nodes[number];
            for (uint edge = edges[node]; edge < edges[node + 1]; edge++)
            {
                sources[--ends[numbers[targets[edge]]]] = number;
            }
        }

        return new PredecessorLists(offsetArray, sourceArray);
    }

    public void Dispose()
    {
        Offsets.Dispose();
        Sources.Dispose();
    }
}
