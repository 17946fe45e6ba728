namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Dominators by definition: a node dominates what cannot be reached without it. Quadratic, and hard to get wrong.</summary>
internal static class NaiveDominators
{
    /// <returns>For each node the nodes that dominate it, itself included; empty for nodes that cannot be reached from node 0.</returns>
    public static HashSet<int>[] Find(IReadOnlyList<int[]> edges)
    {
        HashSet<int>[] dominators = [.. Enumerable.Range(0, edges.Count).Select(static _ => new HashSet<int>())];
        HashSet<int> all = Reach(edges, without: -1);
        for (int removed = 0; removed < edges.Count; removed++)
        {
            HashSet<int> left = Reach(edges, removed);
            foreach (int node in all)
            {
                if (!left.Contains(node) && all.Contains(removed))
                {
                    dominators[node].Add(removed);
                }
            }
        }

        return dominators;
    }

    private static HashSet<int> Reach(IReadOnlyList<int[]> edges, int without)
    {
        HashSet<int> seen = [];
        Stack<int> work = new();
        if (without != 0)
        {
            work.Push(0);
        }

        while (work.TryPop(out int node))
        {
            if (seen.Add(node))
            {
                foreach (int target in edges[node].Where(target => target != without))
                {
                    work.Push(target);
                }
            }
        }

        return seen;
    }
}
