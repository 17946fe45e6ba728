using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

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
        ["System.Threading.TimerHolder", "System.WeakReference", "System.Gen2GcCallback", "System.Threading.Thread", "System.Runtime.CompilerServices.ConditionalWeakTable", "System.Reflection.LoaderAllocatorScout", "System.Threading.ThreadLocal", "System.Threading.ReaderWriterLock", "System.Threading.ThreadPoolWorkQueue"];

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
            .. kinds.Select(one => Describe(new NativeCount { Name = one.Name, Kind = one.Kind, Count = counts[one.Type] }, heap.Types[one.Type], samples.GetValueOrDefault(one.Type), counts)),
            .. AssemblyGroups.Count(assemblies),
        ];
    }

    private static long Growth(IReadOnlyList<NativeCount>? baseline, string name, long count) => count - (baseline?.FirstOrDefault(one => one.Name == name)?.Count ?? 0);

    private static NativeKind? KindOf(HeapType type) =>
        type.Type is not { IsArray: false } found || type.IsOwn || found.FullName is not { } name ? null
        : name == "System.Reflection.Emit.DynamicResolver" ? NativeKind.DynamicMethods
        : typeof(AssemblyLoadContext).IsAssignableFrom(found) ? null
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

    private NativeCount Describe(NativeCount count, HeapType type, List<uint>? nodes, long[] counts)
    {
        if (nodes is null)
        {
            return count;
        }

        List<(string Owner, ChainNode? Opened)> samples = [.. nodes.Select(Look)];
        ChainNode? opened = typeof(SafeHandle).IsAssignableFrom(type.Type) ? FindOpened([.. samples.Select(static sample => sample.Opened)]) : null;
        long openedCount = opened is null ? 0 : counts[heap.Graph.TypeIndexes[opened.Node]];

        // Of a few objects with many handles each it is not the objects that are left open.
        bool isOneForEach = 2 * openedCount >= count.Count;
        return count with
        {
            Holder = MajorityOwner.Find([.. samples.Select(static sample => sample.Owner)]) is { Length: > 0 } text ? text : null,
            Opened = isOneForEach ? opened?.Label : null,
            OpenedCount = isOneForEach ? openedCount : 0,
        };
    }

    // One way down at a time: in a long list of linked objects each is as long as the list.
    private (string Owner, ChainNode? Opened) Look(uint node)
    {
        try
        {
            List<ChainNode> chain = ChainNode.PathTo(heap, node);
            if (chain.Count < 2)
            {
                return ("", null);
            }

            int opened = chain.FindLastIndex(chain.Count - 2, CanBeDisposed);
            return (owners.Find(chain, chain.Count - 1).Text, opened < 0 ? null : chain[opened]);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One that cannot be described costs its own say only.
            return ("", null);
        }
    }

    // What the application has opened stands around the handle: one object for each, which is what it can dispose of.
    private static ChainNode? FindOpened(List<ChainNode?> samples)
    {
        IGrouping<string, ChainNode>? most = samples.OfType<ChainNode>().DistinctBy(static node => node.Node).GroupBy(static node => node.Label, StringComparer.Ordinal).MaxBy(static group => group.Count());
        return most is not null && 2 * most.Count() >= samples.Count ? most.First() : null;
    }

    private static bool CanBeDisposed(ChainNode node) =>
        node is { Type: { Type: { } type } known } && (known.IsUserObject || known.IsWellKnown) && typeof(IDisposable).IsAssignableFrom(type) && !typeof(SafeHandle).IsAssignableFrom(type) && !known.IsGeneral;
}
