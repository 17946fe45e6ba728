using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>For every node the way back to a root along the fewest references; ways from static fields are preferred to handles, those to the stack, the finalizer queue comes last.</summary>
internal sealed class RetainerForest : IDisposable
{
    private static readonly int[] Preference =
        [RootPlan.Statics, RootPlan.Handles, RootPlan.PinnedHandles, RootPlan.Stack, RootPlan.Other, RootPlan.FinalizerQueue];

    private RetainerForest(NativeArray<uint> parents) => Parents = parents;

    /// <summary>The node one step nearer to the root; <see cref="DominatorTree.Unreached"/> where there is none.</summary>
    public NativeArray<uint> Parents { get; }

    /// <param name="graph">The graph.</param>
    /// <param name="late">Nodes whose references are followed last, so that a way through anything else wins: the tables of static fields.</param>
    public static unsafe RetainerForest Build(HeapGraph graph, IReadOnlySet<uint> late)
    {
        NativeArray<uint> parentArray = new(graph.NodeCount);
        using NativeArray<uint> queueArray = new(graph.NodeCount);
        uint* parents = parentArray.Pointer;
        uint* queue = queueArray.Pointer;
        uint* offsets = graph.Offsets.Pointer;
        uint* targets = graph.Targets.Pointer;
        for (uint node = 0; node < graph.NodeCount; node++)
        {
            parents[node] = DominatorTree.Unreached;
        }

        uint tail = 0;
        uint head = 0;
        List<uint> postponed = [];
        parents[graph.Root] = graph.Root;
        foreach (int position in Preference)
        {
            uint start = graph.Root + (uint)position;
            parents[start] = graph.Root;
            queue[tail++] = start;
            while (head < tail)
            {
                uint node = queue[head++];
                if (late.Contains(node))
                {
                    postponed.Add(node);
                    continue;
                }

                Follow(node);
            }
        }

        foreach (uint node in postponed)
        {
            Follow(node);
        }

        while (head < tail)
        {
            Follow(queue[head++]);
        }

        return new RetainerForest(parentArray);

        void Follow(uint node)
        {
            for (uint edge = offsets[node]; edge < offsets[node + 1]; edge++)
            {
                uint target = targets[edge];
                if (parents[target] == DominatorTree.Unreached)
                {
                    parents[target] = node;
                    queue[tail++] = target;
                }
            }
        }
    }

    /// <returns>The nodes from the kind of root down to a node; empty when it cannot be reached.</returns>
    public IReadOnlyList<uint> GetPath(uint node)
    {
        List<uint> path = [];
        uint current = node;
        while (Parents[current] != DominatorTree.Unreached)
        {
            path.Add(current);
            if (Parents[current] == current)
            {
                break;
            }

            current = Parents[current];
        }

        path.Reverse();
        return path;
    }

    public void Dispose() => Parents.Dispose();
}
