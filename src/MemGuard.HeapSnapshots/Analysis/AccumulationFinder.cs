namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Walks down the summed dominator tree to where memory spreads over many objects: the collection, not the application around it.</summary>
/// <remarks>The descent to the largest child while it holds most of its parent is Eclipse MAT's; the rule about numbers replaces its look at single objects.</remarks>
internal sealed class AccumulationFinder(IReadOnlyList<PathNode> nodes, IReadOnlyList<long> weights, IReadOnlyList<long> counts)
{
    private const double Dominating = 0.7;
    private const int FanOut = 8;

    // Below this a crowd beside heavier things is small change.
    private const double CrowdShare = 0.1;
    private const int MaxPlaces = 20;

    private readonly List<int>[] _children = GroupChildren(nodes);
    private readonly List<int> _places = [];
    private long _threshold;

    /// <param name="minimumWeight">Places that weigh less are left out.</param>
    /// <returns>Positions of the places found, the heaviest first.</returns>
    public IReadOnlyList<int> Find(long minimumWeight)
    {
        _threshold = Math.Max(minimumWeight, 1);
        _places.Clear();
        if (nodes.Count > 0)
        {
            Descend();
        }

        return [.. _places.Distinct().OrderByDescending(place => weights[place]).ThenBy(static place => place).Take(MaxPlaces)];
    }

    // With a stack of its own: a long chain of classes is as deep as it is long.
    private void Descend()
    {
        Stack<(int Node, bool IsBelowRoots)> ahead = new();
        ahead.Push((0, false));
        while (ahead.TryPop(out (int Node, bool IsBelowRoots) next))
        {
            (int node, bool isBelowRoots) = next;
            List<int> heavy = [.. _children[node].Where(child => weights[child] >= _threshold).OrderByDescending(child => weights[child])];
            if (nodes[node].IsVirtual && !IsField(node))
            {
                heavy.ForEach(child => ahead.Push((child, true)));
                continue;
            }

            // Many objects that only the roots hold: each has a root of its own, or several share them.
            if (isBelowRoots && IsMany(counts[node], 1))
            {
                _places.Add(node);
                continue;
            }

            List<int> few = heavy.FindAll(child => !IsMany(counts[child], counts[node]));
            if (few.Count > 0 && weights[few[0]] >= Dominating * weights[node])
            {
                ahead.Push((few[0], false));
            }
            else if (few.Count > 0 && weights[heavy[0]] < Dominating * weights[node])
            {
                // Several places below one owner, such as the singletons of a container: each may be a leak.
                few.ForEach(child => ahead.Push((child, false)));
                if (IsCrowded(node))
                {
                    _places.Add(node);
                }
            }
            else
            {
                _places.Add(node);
            }
        }
    }

    // Objects that several of its structures share belong to the owner itself, beside what each structure has alone.
    private bool IsCrowded(int node)
    {
        long crowd = _children[node].Where(child => IsMany(counts[child], counts[node])).Sum(child => weights[child]);
        return crowd >= Math.Max(_threshold, CrowdShare * weights[node]);
    }

    private bool IsField(int node) => nodes[node].Parent >= 0 && nodes[nodes[node].Parent].Parent >= 0;

    private static bool IsMany(long count, long above) => count >= FanOut * Math.Max(above, 1);

    private static List<int>[] GroupChildren(IReadOnlyList<PathNode> nodes)
    {
        List<int>[] children = new List<int>[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            children[i] = [];
            if (nodes[i].Parent >= 0)
            {
                children[nodes[i].Parent].Add(i);
            }
        }

        return children;
    }
}
