using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Roots that the capture does not report as what they are: statics of generic classes, statics of threads, weak tables. By type, so the text says "probably".</summary>
internal sealed class HiddenRoots(AnalysedHeap heap)
{
    private const int MaxCandidates = 4;
    private const int SmallestTableUnits = 1000;

    private readonly HiddenStatics _statics = new(heap.Types.Assemblies, heap.Types.Names);
    private List<uint>? _weakTables;

    public static bool IsHandle(AnalysedHeap heap, ChainNode root) =>
        root.Node == heap.Graph.Root + RootPlan.Handles || root.Node == heap.Graph.Root + RootPlan.PinnedHandles;

    // Below a table of static fields it is a generic class's, below a stack root's arrays a thread's.
    public string? Find(List<ChainNode> chain, int container)
    {
        for (int position = container; position > 1; position--)
        {
            if (chain[position].Type is { IsArray: false, Type: { } held })
            {
                if (heap.IsStaticTable(chain[position - 1].Node) || IsLikeStaticTable(chain, position - 1))
                {
                    return Candidates("probably static ", _statics.FindGeneric(held));
                }

                if (position == 4 && chain[1].Node == heap.Graph.Root + RootPlan.Stack && chain[2].Label == "object[]" && chain[3].Label == "object[]")
                {
                    return Candidates("probably thread static ", _statics.FindThreadStatic(held));
                }
            }
        }

        return null;
    }

    /// <returns>The weak tables that could have a pair of these types; null when none could.</returns>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, which lives as long as the key.</param>
    /// <param name="ownerOf">Who holds a table.</param>
    public string? FindWeakTable(ChainNode key, ChainNode value, Func<uint, string> ownerOf)
    {
        if (key.Type?.Type is not { } keyType || value.Type?.Type is not { } valueType)
        {
            return null;
        }

        List<string> names = [];
        foreach (uint table in _weakTables ??= FindWeakTables())
        {
            Type[] arguments = heap.TypeOf(table)!.Type!.GetGenericArguments();
            if (Reflection.CanHold(arguments[0], keyType) && Reflection.CanHold(arguments[1], valueType) && ownerOf(table) is { Length: > 0 } owner)
            {
                names.Add(owner);
            }
        }

        return Candidates("weak table ", [.. names.Distinct(StringComparer.Ordinal)]);
    }

    // One that no named field is in. The runtime makes them of eight kilobytes; an array in a handle of the application's is smaller.
    private bool IsLikeStaticTable(List<ChainNode> chain, int position) =>
        position == 2 && chain[2].Label == "object[]" && IsHandle(heap, chain[1]) && heap.Graph.SizeUnits[chain[2].Node] >= SmallestTableUnits;

    private List<uint> FindWeakTables()
    {
        bool[] isTable = [.. Enumerable.Range(0, heap.Types.Count).Select(type => heap.Types[type].Type is { IsGenericType: true } found && found.GetGenericTypeDefinition() == typeof(ConditionalWeakTable<,>))];
        List<uint> tables = [];
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            if (isTable[heap.Graph.TypeIndexes[node]] && heap.IsReached(node))
            {
                tables.Add(node);
            }
        }

        return tables;
    }

    private static string? Candidates(string prefix, IReadOnlyList<string> names) => names.Count switch
    {
        0 => null,
        1 => prefix + names[0],
        <= MaxCandidates => $"{prefix}(one of {string.Join(" | ", names)})",
        _ => $"{prefix}(one of {names.Count} that fit)",
    };
}
