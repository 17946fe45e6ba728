namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Which nodes are followed later than others.</summary>
/// <param name="graph">The graph.</param>
/// <param name="byType">Rank by type index.</param>
/// <param name="byNode">Ranks of single nodes, which win.</param>
internal sealed class RetainerOrder(HeapGraph graph, RetainerRank[] byType, IReadOnlyDictionary<uint, RetainerRank> byNode)
{
    // Only nodes of these types are looked up one by one: the search asks once a reference.
    private readonly HashSet<int> _typesWithNodes = [.. byNode.Keys.Select(node => graph.TypeIndexes[node])];

    public RetainerRank RankOf(uint node)
    {
        int type = graph.TypeIndexes[node];
        return _typesWithNodes.Contains(type) && byNode.TryGetValue(node, out RetainerRank own) ? own
            : type >= 0 ? byType[type]
            : RetainerRank.Ordinary;
    }
}
