using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Takes out the roots that are words of a stack and either stale or not needed: those through which an object with a reference to nothing is reached, and those to what is alive without them.</summary>
/// <remarks>A live object refers to objects only. One that the precise roots reach proves that the capture is wrong; one that only a word on a stack reaches proves that the word is stale.</remarks>
internal sealed unsafe class StaleRoots : IDisposable
{
    private readonly HeapGraph _graph;
    private readonly NativeArray<byte> _seen;
    private readonly HashSet<uint> _broken;
    private readonly Stack<uint> _open = new();

    private StaleRoots(HeapGraph graph, IEnumerable<uint> broken)
    {
        _graph = graph;
        _seen = new NativeArray<byte>(graph.NodeCount);
        _broken = [.. broken];
    }

    /// <param name="graph">The graph; references of its stack roots are cut.</param>
    /// <param name="stackRoots">The objects that words on the stacks point into.</param>
    /// <param name="broken">Nodes with references to nothing.</param>
    /// <returns>Whether everything that the precise roots reach is whole.</returns>
    public static bool Cut(HeapGraph graph, IReadOnlySet<uint> stackRoots, IReadOnlyList<uint> broken)
    {
        using StaleRoots search = new(graph, broken);
        uint stack = graph.Root + RootPlan.Stack;

        // All but the words on the stacks first: what these reach need not be looked at again.
        search._seen[stack] = 1;
        if (!search.IsWhole(graph.Root, null))
        {
            return false;
        }

        foreach (uint precise in graph.GetTargets(stack))
        {
            if (!stackRoots.Contains(precise) && !search.IsWhole(precise, null))
            {
                return false;
            }
        }

        List<uint> visited = [];
        foreach (ref uint root in graph.GetTargets(stack))
        {
            if (!stackRoots.Contains(root))
            {
                continue;
            }

            // What is alive without the word belongs to who holds it: a word that may be stale must not take it away.
            bool isNeeded = search._seen[root] == 0;
            visited.Clear();
            if (isNeeded && !search.IsWhole(root, visited))
            {
                isNeeded = false;
                foreach (uint node in visited)
                {
                    search._seen[node] = 0;
                }
            }

            if (!isNeeded)
            {
                // A reference to itself changes no dominator.
                root = stack;
            }
        }

        return true;
    }

    public void Dispose() => _seen.Dispose();

    private bool IsWhole(uint start, List<uint>? visited)
    {
        _open.Clear();
        Visit(start, visited);
        while (_open.TryPop(out uint node))
        {
            if (_broken.Contains(node))
            {
                return false;
            }

            foreach (uint target in _graph.GetTargets(node))
            {
                Visit(target, visited);
            }
        }

        return true;
    }

    private void Visit(uint node, List<uint>? visited)
    {
        if (_seen[node] == 0)
        {
            _seen[node] = 1;
            visited?.Add(node);
            _open.Push(node);
        }
    }
}
