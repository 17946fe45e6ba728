using System.Globalization;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Tells what timers, registrations and waits are for: the object that the application made, behind the framework's own.</summary>
internal sealed class Waiters(AnalysedHeap heap)
{
    private const int MaxSamples = 200;
    private const int MaxVisited = 300;
    private const int MaxPerCarrier = 4;

    /// <param name="entry">The entry of the summed tree whose objects carry the waits.</param>
    /// <returns>The most frequent of what waits, with its share; null when it cannot be told.</returns>
    public (string? Text, WaiterKind Kind) Summarise(int entry)
    {
        List<List<uint>> found = [];
        Dictionary<WaiterKind, int> kinds = [];
        foreach (uint carrier in Sample(entry))
        {
            (List<uint> candidates, WaiterKind kind) = Search(carrier);
            found.Add(candidates);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }

        // What many of them lead to is not what waits but something that they share, such as a logger.
        HashSet<uint> shared = [.. found.SelectMany(static candidates => candidates).GroupBy(static node => node).Where(group => group.Count() > Math.Max(2, found.Count / 10)).Select(static group => group.Key)];
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (List<uint> candidates in found)
        {
            uint? first = candidates.Exists(node => !shared.Contains(node)) ? candidates.Find(node => !shared.Contains(node)) : null;
            string name = first is { } node ? heap.TypeOf(node)!.Name : "";
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        WaiterKind most = kinds.Count > 0 ? kinds.MaxBy(static pair => pair.Value).Key : WaiterKind.None;
        (string text, int count) = counts.Count > 0 ? counts.MaxBy(static pair => pair.Value) : new KeyValuePair<string, int>("", 0);
        int percentage = found.Count == 0 ? 0 : (int)Math.Round(100.0 * count / found.Count);
        string? waiting = text.Length == 0 ? null : percentage == 100 ? text : string.Create(CultureInfo.InvariantCulture, $"{percentage} % {text}");
        return (Word(most, waiting), most);
    }

    private static string? Word(WaiterKind kind, string? waiting)
    {
        string? what = kind switch
        {
            WaiterKind.CancellationSource => "CancellationTokenSource",
            WaiterKind.LinkedSource => "linked CancellationTokenSource",
            _ => null,
        };
        return what is null ? waiting : waiting is null ? what : $"{what} ({waiting})";
    }

    // The carriers themselves, or what they are to the entry: those below it where it is one object.
    private List<uint> Sample(int entry)
    {
        List<uint> nodes = [];
        for (uint number = 1; number < heap.Tree.Count && nodes.Count < MaxSamples; number++)
        {
            if (heap.Paths.EntryOf[number] == entry)
            {
                nodes.Add(heap.Tree.Nodes[number]);
            }
        }

        return nodes;
    }

    private (List<uint> Candidates, WaiterKind Kind) Search(uint carrier)
    {
        List<uint> candidates = [];
        WaiterKind kind = WaiterKind.None;
        HashSet<uint> visited = [carrier];
        Queue<uint> work = new([carrier]);
        int carrierType = heap.Graph.TypeIndexes[carrier];
        while (visited.Count < MaxVisited && candidates.Count < MaxPerCarrier && work.TryDequeue(out uint node))
        {
            foreach (uint target in heap.Graph.GetTargets(node))
            {
                if (heap.Graph.IsVirtual(target) || heap.Graph.TypeIndexes[target] == carrierType || heap.TypeOf(target) is not { } type || IsAside(type) || !visited.Add(target))
                {
                    continue;
                }

                if (type.IsUserObject)
                {
                    candidates.Add(target);
                }
                else
                {
                    kind = kind == WaiterKind.None && node == carrier ? KindOf(type) : kind;
                    work.Enqueue(target);
                }
            }
        }

        return (candidates, kind);
    }

    private static bool IsAside(HeapType type) => type.IsOwn || type.Role is not (HolderRole.Ordinary or HolderRole.EntryPoint) || type.Type == typeof(string) || typeof(Type).IsAssignableFrom(type.Type);

    private static WaiterKind KindOf(HeapType type) => type.Type is not { } found ? WaiterKind.None
        : found == typeof(CancellationTokenSource) ? WaiterKind.CancellationSource
        : typeof(CancellationTokenSource).IsAssignableFrom(found) ? WaiterKind.LinkedSource
        : found.Name.Contains("DelayPromise", StringComparison.Ordinal) || found.Name.Contains("CancellationPromise", StringComparison.Ordinal) ? WaiterKind.Delay
        : WaiterKind.None;
}
