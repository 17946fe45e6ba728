namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Who else refers to an object: one of two holders is not the only one.</summary>
internal sealed class OtherHolders
{
    private const int MaxHolders = 8;

    private readonly Dictionary<uint, List<uint>> _holders = [];

    private OtherHolders()
    {
    }

    /// <param name="heap">The heap.</param>
    /// <param name="held">The objects in question: all references are looked at once for all of them.</param>
    public static OtherHolders Find(AnalysedHeap heap, IReadOnlyCollection<uint> held)
    {
        OtherHolders others = new();
        foreach (uint node in held)
        {
            others._holders[node] = [];
        }

        for (uint node = 0; others._holders.Count > 0 && node < heap.Graph.NodeCount; node++)
        {
            // Garbage and what only MemGuard holds is no holder.
            if (heap.IsReached(node))
            {
                others.Look(heap, node);
            }
        }

        return others;
    }

    /// <returns>Objects and static fields that refer to a node.</returns>
    public IReadOnlyList<uint> Of(uint held) => _holders.GetValueOrDefault(held) ?? [];

    private void Look(AnalysedHeap heap, uint node)
    {
        foreach (uint target in heap.Graph.GetTargets(node))
        {
            if (target != node && _holders.TryGetValue(target, out List<uint>? holders) && holders.Count < MaxHolders && !holders.Contains(node))
            {
                holders.Add(node);
            }
        }
    }
}
