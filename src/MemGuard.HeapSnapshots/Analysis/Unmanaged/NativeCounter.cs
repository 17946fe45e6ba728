using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Counts what holds memory outside the managed heap, and asks who holds what has grown.</summary>
internal sealed class NativeCounter(AnalysedHeap heap, OwnerFinder owners)
{
    private const int MaxTypes = 200;
    private const int MaxHolders = 10;
    private const int MaxSamples = 40;
    private const string DynamicMethods = "dynamic methods";

    // Finalizers of the runtime's own housekeeping: they hold nothing that an application could give back.
    private static readonly string[] Housekeeping =
        ["System.Threading.TimerHolder", "System.WeakReference", "System.Gen2GcCallback", "System.Threading.Thread", "System.Runtime.CompilerServices.ConditionalWeakTable", "System.Reflection.LoaderAllocatorScout", "System.Runtime.Loader.AssemblyLoadContext", "System.Threading.ThreadLocal", "System.Threading.ReaderWriterLock", "System.Threading.ThreadPoolWorkQueue"];

    /// <param name="assemblies">All loaded assemblies.</param>
    /// <param name="baseline">Earlier counts: who holds what has grown since is looked for first; null for none.</param>
    public IReadOnlyList<NativeCount> Count(IReadOnlyList<Assembly> assemblies, IReadOnlyList<NativeCount>? baseline)
    {
        long[] counts = new long[heap.Types.Count];
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            counts[heap.Graph.TypeIndexes[node]] += heap.IsReached(node) ? 1 : 0;
        }

        List<(int Type, string Name, NativeKind Kind)> kinds = [];
        for (int type = 0; type < counts.Length; type++)
        {
            if (counts[type] > 0 && KindOf(heap.Types[type]) is { } kind)
            {
                kinds.Add((type, kind == NativeKind.DynamicMethods ? DynamicMethods : heap.Types[type].Name, kind));
            }
        }

        kinds = [.. kinds.OrderByDescending(one => Growth(baseline, one.Name, counts[one.Type])).Take(MaxTypes)];
        Dictionary<int, List<uint>> samples = Sample([.. kinds.Take(MaxHolders).Select(static one => one.Type)], counts);
        return
        [
            .. kinds.Select(one => new NativeCount { Name = one.Name, Kind = one.Kind, Count = counts[one.Type], Holder = samples.TryGetValue(one.Type, out List<uint>? nodes) ? FindHolder(nodes) : null }),
            .. AssemblyGroups.Count(assemblies),
        ];
    }

    private static long Growth(IReadOnlyList<NativeCount>? baseline, string name, long count) => count - (baseline?.FirstOrDefault(one => one.Name == name)?.Count ?? 0);

    private static NativeKind? KindOf(HeapType type) =>
        type.Type is not { IsArray: false } found || type.IsOwn || found.FullName is not { } name ? null
        : name == "System.Reflection.Emit.DynamicResolver" ? NativeKind.DynamicMethods
        : Array.Exists(Housekeeping, one => name.StartsWith(one, StringComparison.Ordinal)) || !Reflection.HasFinalizer(found) ? null
        : NativeKind.Finalizable;

    private Dictionary<int, List<uint>> Sample(IReadOnlyCollection<int> types, long[] counts)
    {
        Dictionary<int, List<uint>> samples = types.ToDictionary(static type => type, static _ => new List<uint>());
        long[] seen = new long[heap.Types.Count];
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            int type = heap.Graph.TypeIndexes[node];
            if (samples.TryGetValue(type, out List<uint>? nodes) && heap.IsReached(node) && seen[type]++ % Math.Max(counts[type] / MaxSamples, 1) == 0 && nodes.Count < MaxSamples)
            {
                nodes.Add(node);
            }
        }

        return samples;
    }

    private string? FindHolder(List<uint> nodes) => MajorityOwner.Find([.. nodes.Select(OwnerOf)]) is { Length: > 0 } text ? text : null;

    private string OwnerOf(uint node)
    {
        List<ChainNode> chain = ChainNode.PathTo(heap, node);
        return chain.Count < 2 ? "" : owners.Find(chain, chain.Count - 1).Text;
    }
}
