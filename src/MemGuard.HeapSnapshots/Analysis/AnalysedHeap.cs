using System.Reflection;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>A captured heap with its dominators, summed paths, retainers and names: what the finders read. Lives only during the analysis.</summary>
internal sealed class AnalysedHeap : IDisposable
{
    private readonly HashSet<uint> _tables;

    private AnalysedHeap(HeapGraph graph, AddressIndex index, HashSet<uint> tables, HeapTypeTable types, IReadOnlyList<StaticOwner> statics)
    {
        Graph = graph;
        Index = index;
        _tables = tables;
        Types = types;
        Statics = statics;
        Tree = DominatorTree.Build(graph);
        Paths = DominatorPaths.Build(graph, Tree);
        Retainers = RetainerForest.Build(graph, tables);
    }

    public HeapGraph Graph { get; }

    public AddressIndex Index { get; }

    public DominatorTree Tree { get; }

    public DominatorPaths Paths { get; }

    public RetainerForest Retainers { get; }

    public HeapTypeTable Types { get; }

    public IReadOnlyList<StaticOwner> Statics { get; }

    /// <param name="heap">A complete capture; its objects are freed as soon as the graph stands.</param>
    /// <param name="assemblies">The loaded assemblies, held since before the capture.</param>
    public static AnalysedHeap Build(CapturedHeap heap, IReadOnlyList<Assembly> assemblies)
    {
        RootPlan plan = new(heap.Roots, heap.Statics);
        HeapGraphBuilder builder = new(heap.Objects, plan.Nodes, heap.DependentPairs);
        (AddressIndex index, HeapGraph graph) = builder.Build();
        try
        {
            heap.Dispose();
            if (builder.UnresolvedEdgeCount + builder.DuplicateCount > 0 || index.HasForeignAddress)
            {
                heap.IncompleteBecause = $"{builder.UnresolvedEdgeCount} references lead to no known object";
            }

            HashSet<uint> tables = StaticTables.Cut(graph, index, heap.Statics);
            HeapTypeTable types = new(heap.Types, assemblies, heap.Descriptions);
            return new AnalysedHeap(graph, index, tables, types, StaticNames.Resolve(heap.Statics, types));
        }
        catch
        {
            graph.Dispose();
            index.Dispose();
            throw;
        }
    }

    public bool IsStaticTable(uint node) => _tables.Contains(node);

    /// <returns>The static field that a virtual node stands for; null for other nodes.</returns>
    public StaticOwner? FindStatic(int typeIndex) =>
        -1 - typeIndex - RootPlan.FirstStatic is >= 0 and int position ? Statics[position] : null;

    /// <returns>The name of a type index or virtual node.</returns>
    public string NameOf(int typeIndex)
    {
        if (typeIndex >= 0)
        {
            return Types[typeIndex].Name;
        }

        return FindStatic(typeIndex) is { } field ? "static " + field.Name : (-1 - typeIndex) switch
        {
            RootPlan.All => "all roots",
            RootPlan.Statics => "static fields",
            RootPlan.Stack => "local variables and thread statics",
            RootPlan.Handles => "GC handles",
            RootPlan.PinnedHandles => "pinned GC handles",
            RootPlan.FinalizerQueue => "finalizer queue",
            _ => "runtime",
        };
    }

    public void Dispose()
    {
        Graph.Dispose();
        Index.Dispose();
        Tree.Dispose();
        Paths.Dispose();
        Retainers.Dispose();
    }
}
