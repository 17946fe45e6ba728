using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>What accumulates in a place: how many of what.</summary>
/// <param name="Count">How many.</param>
/// <param name="Unit">Of what, in the plural.</param>
/// <param name="ElementTypeName">The type or callee behind most of it; null when unknown.</param>
internal sealed record Contents(long Count, string Unit, string? ElementTypeName)
{
    private const double Most = 0.3;
    private const int MaxDepth = 6;
    private const int Many = 8;

    public static Contents Of(AnalysedHeap heap, int entry, Func<int, long> weightOf, List<ChainNode> chain, int container)
    {
        PathEntry data = heap.Paths.Entries[entry];
        ChainNode last = chain[^1];
        ChainNode place = chain[container];
        if (last.Type is { IsArray: true } && DelegateTargets.Summarise(heap, last.Node) is { } targets)
        {
            return new Contents(targets.Count, place.Type is { IsDelegate: true } ? "handlers" : "entries", targets.Text);
        }

        IReadOnlyList<int> children = heap.Paths.GetChildren(entry);
        bool isGroup = data.Count >= Many * Math.Max(data.TopCount, 1) || (data.TopCount >= Many && container == chain.Count - 1);
        long count = isGroup || children.Count == 0 ? data.Count : children.Max(child => heap.Paths.Entries[child].Count);
        string? element = isGroup ? FindType(heap, entry, weightOf, static type => type.IsUserObject) : FindElement(heap, entry, weightOf);
        return new Contents(count, UnitOf(last, place), element);
    }

    private static string UnitOf(ChainNode last, ChainNode place)
    {
        if (last.IsNamed("System.Threading.TimerQueueTimer") || last.IsNamed("System.Threading.TimerQueue") || place.IsNamed("System.Threading.Timer"))
        {
            return "timers";
        }

        if (place.IsNamed("System.Threading.CancellationTokenSource"))
        {
            return "registrations";
        }

        if (place.IsInNamespace("System.Threading.Tasks"))
        {
            return "waiting continuations";
        }

        return place.Type is { IsArray: true } ? "items" : place.IsUserObject || place.Type is null ? "objects" : "entries";
    }

    private static string? FindElement(AnalysedHeap heap, int entry, Func<int, long> weightOf) =>
        FindHeaviest(heap, entry, weightOf) is { } heaviest && weightOf(heaviest) >= Most * weightOf(entry)
            ? FindType(heap, heaviest, weightOf, static type => type.IsUserObject) ?? FindType(heap, heaviest, weightOf, static type => type.IsWellKnown || type.IsArray)
            : null;

    // The framework wraps what the user put in: nodes, callbacks, cache entries. The first class of the user's on the heaviest way down is it.
    private static string? FindType(AnalysedHeap heap, int entry, Func<int, long> weightOf, Func<HeapType, bool> isWanted)
    {
        int? current = entry;
        for (int depth = 0; depth < MaxDepth && current is not null; depth++)
        {
            int type = heap.Paths.Entries[current.Value].Type;
            if (type >= 0 && isWanted(heap.Types[type]))
            {
                return heap.Types[type].Name;
            }

            current = FindHeaviest(heap, current.Value, weightOf);
        }

        return null;
    }

    private static int? FindHeaviest(AnalysedHeap heap, int entry, Func<int, long> weightOf) =>
        heap.Paths.GetChildren(entry) is { Count: > 0 } children ? children.MaxBy(weightOf) : null;
}
