using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Numbers the nodes in the order in which a depth-first walk from the root meets them.</summary>
internal sealed class DepthFirstOrder
{
    private DepthFirstOrder(uint count, NativeArray<uint> nodes, NativeArray<uint> numbers, NativeArray<uint> parents)
    {
        Count = count;
        Nodes = nodes;
        Numbers = numbers;
        Parents = parents;
    }

    public uint Count { get; }

    public NativeArray<uint> Nodes { get; }

    public NativeArray<uint> Numbers { get; }

    /// <summary>Number of the node from which the walk came, by number.</summary>
    public NativeArray<uint> Parents { get; }

    public static unsafe DepthFirstOrder Build(HeapGraph graph)
    {
        NativeArray<uint> nodeArray = new(graph.NodeCount);
        NativeArray<uint> numberArray = new(graph.NodeCount);
        NativeArray<uint> parentArray = new(graph.NodeCount);
        using NativeArray<uint> cursorArray = new(graph.NodeCount);
        uint* nodes = nodeArray.Pointer;
        uint* numbers = numberArray.Pointer;
        uint* parents = parentArray.Pointer;
        uint* cursors = cursorArray.Pointer;
        uint* offsets = graph.Offsets.Pointer;
        uint* targets = graph.Targets.Pointer;
        for (uint node = 0; node < graph.NodeCount; node++)
        {
            numbers[node] = DominatorTree.Unreached;
        }

        nodes[0] = graph.Root;
        numbers[graph.Root] = 0;
        cursors[0] = offsets[graph.Root];
        uint count = 1;
        uint current = 0;

        // The parents are the stack: no recursion, and no memory beyond one cursor a node, however long a list is.
        while (true)
        {
            uint end = offsets[nodes[current] + 1];
            uint cursor = cursors[current];
            uint child = 0;
            while (cursor < end && numbers[child = targets[cursor]] != DominatorTree.Unreached)
            {
                cursor++;
            }

            if (cursor == end)
            {
                if (current == 0)
                {
                    break;
                }

                current = parents[current];
                continue;
            }

            cursors[current] = cursor + 1;
            numbers[child] = count;
            nodes[count] = child;
            parents[count] = current;
            cursors[count] = offsets[child];
            current = count++;
        }

        return new DepthFirstOrder(count, nodeArray, numberArray, parentArray);
    }
}
