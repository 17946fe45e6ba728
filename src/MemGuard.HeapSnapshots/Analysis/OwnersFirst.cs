using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Which way to an object counts when there are several: that of the application's static fields first, that through MemGuard, Main or the runtime's tables last.</summary>
internal static class OwnersFirst
{
    public static RetainerOrder Order(HeapGraph graph, HeapTypeTable types, IReadOnlyList<StaticOwner> statics, IReadOnlySet<uint> tables)
    {
        RetainerRank[] byType = new RetainerRank[types.Count];
        for (int i = 0; i < byType.Length; i++)
        {
            byType[i] = types[i].IsOwn || HolderRoles.IsBackReference(types[i].Type) ? RetainerRank.Last : types[i].Role switch
            {
                HolderRole.EntryPoint => RetainerRank.Last,
                HolderRole.Container or HolderRole.RuntimeTable => RetainerRank.Crossroads,
                _ => RetainerRank.Ordinary,
            };
        }

        Dictionary<uint, RetainerRank> byNode = tables.ToDictionary(static table => table, static _ => RetainerRank.Last);
        for (int i = 0; i < statics.Count; i++)
        {
            if (statics[i].IsOwn || statics[i].IsFramework)
            {
                byNode[graph.Root + RootPlan.FirstStatic + (uint)i] = statics[i].IsOwn || statics[i].IsRuntimeTable ? RetainerRank.Last : RetainerRank.Second;
            }
        }

        return new RetainerOrder(graph, byType, byNode);
    }
}
