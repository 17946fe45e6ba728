using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>A captured heap with its dominators, summed paths, retainers and names: what the finders read. Lives only during the analysis.</summary>
internal sealed class AnalysedHeap : IDisposable
{
    private readonly HashSet<uint> _tables;
    private readonly HashSet<(uint Key, uint Value)> _dependent = [];
    private readonly Dictionary<int, long> _identities = [];

    private readonly ExactFields? _fields;
    private readonly bool _hasGarbage;

    private AnalysedHeap(HeapGraph graph, AddressIndex index, HashSet<uint> tables, HeapTypeTable types, IReadOnlyList<StaticOwner> statics, CapturedHeap heap)
    {
        Graph = graph;
        Index = index;
        _tables = tables;
        Types = types;
        Statics = statics;
        _hasGarbage = heap.HasGarbage;
        _fields = heap.FieldPlaces is { } places ? new ExactFields(places) : null;
        Tree = DominatorTree.Build(graph);
        Paths = DominatorPaths.Build(graph, Tree, type => types[type].IsGeneral);
        Retainers = RetainerForest.Build(graph, OwnersFirst.Order(graph, types, statics, tables));
        foreach (DependentPair pair in heap.DependentPairs)
        {
            _dependent.Add((index.Find(pair.Key), index.Find(pair.Value)));
        }
    }

    public HeapGraph Graph { get; }

    public AddressIndex Index { get; }

    public DominatorTree Tree { get; }

    public DominatorPaths Paths { get; }

    public RetainerForest Retainers { get; }

    public HeapTypeTable Types { get; }

    public IReadOnlyList<StaticOwner> Statics { get; }

    /// <summary>Objects that something keeps alive; all, where the garbage collector had taken the others.</summary>
    public long LiveCount => _hasGarbage ? Tree.Count - Graph.NodeCount + Graph.ObjectCount : Graph.ObjectCount;

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
            heap.IncompleteBecause = FindLoss(heap, builder, graph, index);

            HashSet<uint> tables = StaticTables.Cut(graph, index, heap.Statics);
            HeapTypeTable types = new(heap.Types, assemblies, heap.Descriptions);
            IReadOnlyList<StaticOwner> statics = StaticNames.Resolve(heap.Statics, types);
            Registrations.Redirect(graph, types);
            return new AnalysedHeap(graph, index, tables, types, statics, heap);
        }
        catch
        {
            graph.Dispose();
            index.Dispose();
            throw;
        }
    }

    /// <returns>The field through which one object refers to another: exactly where the capture knows it, else where the types leave no choice.</returns>
    public string? FindField(uint holder, uint held)
    {
        if (Graph.IsVirtual(holder) || Graph.IsVirtual(held) || IsDependent(holder, held) || Types[Graph.TypeIndexes[holder]].Type is not { } type)
        {
            return null;
        }

        return _fields is not null && Graph.FindSlot(holder, held) is { } slot
            ? _fields.Find(type, slot)
            : EdgeFields.Find(type, Types[Graph.TypeIndexes[held]].Type);
    }

    // A frozen heap still has objects that nothing keeps alive, whose references may lead nowhere: only what is alive must be whole.
    private static string? FindLoss(CapturedHeap heap, HeapGraphBuilder builder, HeapGraph graph, AddressIndex index)
    {
        bool isBroken = builder.UnresolvedEdgeCount > 0;
        if (heap.HasGarbage && builder.UnresolvedNodes is { } nodes)
        {
            HashSet<uint> stack = [.. heap.Roots.Where(static root => root.Kind == HeapRootKind.Stack).Select(root => index.Find(root.Address))];
            isBroken = !StaleRoots.Cut(graph, stack, nodes);
        }

        if (isBroken || builder.DuplicateCount > 0 || index.HasForeignAddress)
        {
            return $"{builder.UnresolvedEdgeCount} references lead to no known object";
        }

        int lost = heap.HasGarbage ? heap.Roots.Count(root => index.Find(root.Address) == AddressIndex.NotFound) + heap.Statics.Count(field => index.Find(field.Address) == AddressIndex.NotFound) : 0;
        return lost > 0 ? $"{lost} roots lead to no known object" : null;
    }

    /// <returns>Whether an object counts as being on the heap: garbage that a frozen copy still has does not.</returns>
    public bool IsCounted(uint node) => !_hasGarbage || Tree.Numbers[node] != DominatorTree.Unreached;

    public bool IsStaticTable(uint node) => _tables.Contains(node);

    /// <summary>The runtime's tables of static fields, as nodes.</summary>
    public IReadOnlyCollection<uint> StaticTableNodes => _tables;

    /// <returns>Whether a weak table's pair, and no field, leads from one object to another.</returns>
    public bool IsDependent(uint key, uint value) => _dependent.Contains((key, value)) && Graph.GetTargets(key).Count(value) == 1;

    /// <returns>Whether anything keeps a node alive.</returns>
    public bool IsReached(uint node) => Tree.Numbers[node] != DominatorTree.Unreached;

    /// <returns>The type of an object; null for a virtual node.</returns>
    public HeapType? TypeOf(uint node) => Graph.TypeIndexes[node] is >= 0 and int type ? Types[type] : null;

    /// <returns>A number for a type or static field: the same in the next snapshot, and another for all that only share its name.</returns>
    public long IdentityOf(int typeIndex)
    {
        if (!_identities.TryGetValue(typeIndex, out long identity))
        {
            string text = typeIndex >= 0
                ? Types[typeIndex].Type is { } type ? $"{type.Assembly.GetName().Name}:{type}" : Types[typeIndex].Name
                : FindStatic(typeIndex)?.Identity ?? NameOf(typeIndex);
            identity = BinaryPrimitives.ReadInt64LittleEndian(Sha256.Hash(Encoding.UTF8.GetBytes(text)));
            _identities.Add(typeIndex, identity);
        }

        return identity;
    }

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

        return FindStatic(typeIndex) is { } field ? field.Kind + field.Name : (-1 - typeIndex) switch
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
