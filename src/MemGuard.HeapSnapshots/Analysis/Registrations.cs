using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Lets what is registered with a cancellation source belong to that source.</summary>
/// <remarks>
/// Who registers gets a reference to a node of the source's linked list, and through it reaches all others: unchanged, nobody would hold any of them alone.
/// The reference is led to the list instead, so that everything stays reachable.
/// </remarks>
internal static class Registrations
{
    public static unsafe void Redirect(HeapGraph graph, HeapTypeTable types)
    {
        HashSet<int> nodes = FindTypes(types, HolderRoles.RegistrationNode);
        HashSet<int> lists = FindTypes(types, HolderRoles.RegistrationList);
        if (nodes.Count != 1 || lists.Count != 1)
        {
            return;
        }

        int node = nodes.Single();
        int list = lists.Single();
        int* typeOf = graph.TypeIndexes.Pointer;
        uint* targets = graph.Targets.Pointer;
        uint* offsets = graph.Offsets.Pointer;
        for (uint from = 0; from < graph.NodeCount; from++)
        {
            if (typeOf[from] == node || typeOf[from] == list)
            {
                continue;
            }

            for (uint edge = offsets[from]; edge < offsets[from + 1]; edge++)
            {
                if (typeOf[targets[edge]] == node)
                {
                    targets[edge] = FindList(graph, targets[edge], list);
                }
            }
        }
    }

    private static uint FindList(HeapGraph graph, uint node, int list)
    {
        foreach (uint target in graph.GetTargets(node))
        {
            if (graph.TypeIndexes[target] == list)
            {
                return target;
            }
        }

        return node;
    }

    private static HashSet<int> FindTypes(HeapTypeTable types, string name) => [.. Enumerable.Range(0, types.Count).Where(type => types[type].Type?.FullName == name)];
}
