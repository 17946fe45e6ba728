using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Reads what accumulates in a place.</summary>
internal sealed class ContentsReader(AnalysedHeap heap)
{
    private const double Most = 0.3;
    private const int MaxDepth = 6;

    // What waits for the network hangs on a long chain of the framework's own waits.
    private const int MaxWaitingDepth = 40;
    private const int Many = 8;

    private readonly Waiters _waiters = new(heap);

    /// <param name="place">The place.</param>
    /// <param name="chain">The way down to its largest object.</param>
    /// <param name="container">The position of what the user knows as one thing.</param>
    public Contents Of(PlaceRequest place, List<ChainNode> chain, int container)
    {
        (int entry, Func<int, long> weightOf) = (place.Entry, place.WeightOf);
        PathEntry data = heap.Paths.Entries[entry];
        ChainNode last = chain[^1];
        ChainNode holder = chain[container];
        IReadOnlyList<int> children = heap.Paths.GetChildren(entry);
        if (last.Type is { IsArray: true } && DelegateTargets.Summarise(heap, last.Node) is { } targets && IsMostOf(last, targets.Count))
        {
            // The largest array of a collection that has several, as a queue, is not all of it.
            return holder.Type is { IsDelegate: true } ? new Contents(targets.Count, Contents.Handlers, targets.Text)
                : new Contents(children.Select(child => heap.Paths.Entries[child]).Where(child => IsAlike(child, last)).Select(static child => child.Count).Append(targets.Count).Max(), "entries", targets.Text);
        }

        bool isGroup = data.Count >= Many * Math.Max(data.TopCount, 1) || (data.TopCount >= Many && container == chain.Count - 1);
        long count = isGroup || children.Count == 0 ? data.Count : children.Max(child => heap.Paths.Entries[child].Count);
        string unit = container > 0 && chain[container - 1].Static is { IsSocketTable: true } ? Contents.Sockets : UnitOf(last, holder);
        if (unit == Contents.Sockets)
        {
            return new Contents(count, unit, FindWaiting(FindHeaviest(entry, weightOf) ?? entry, weightOf));
        }

        if (unit == Contents.Waits)
        {
            return new Contents(CountWaits(entry, weightOf), unit, FindType(entry, weightOf, MaxDepth, static type => type.IsUserObject));
        }

        if (KnownHolder.IsEventSource(holder.Type?.Type))
        {
            // Each listener has an entry in each source, which does not hold it alone.
            int entries = heap.Types[Math.Max(data.Type, 0)] == holder.Type ? FindHeaviest(entry, weightOf) ?? entry : entry;
            return new Contents(count, "entries", _waiters.Summarise(entries).Text);
        }

        if (isGroup && (data.Count >= Many * Math.Max(data.TopCount, 1) || IsInARow(chain, container)) && holder.Type?.Type is { } method && CompilerNames.FindStateMachine(method) is not null)
        {
            unit = Contents.Continuations;
        }

        string? element = isGroup ? FindType(entry, weightOf, MaxDepth, static type => type.IsUserObject) : FindElement(entry, weightOf);
        Contents contents = new(count, unit, element) { SharedBy = isGroup || element is null ? "" : FindSharing(holder, entry, weightOf) };
        bool isCarrier = data.Type >= 0 && heap.Types[data.Type].Role == HolderRole.RuntimeTable;
        int crowd = isGroup || isCarrier ? entry : FindHeaviest(entry, weightOf) ?? entry;
        return unit is Contents.Timers or Contents.Registrations ? Refine(contents, crowd)
            : element is null && heap.Types[Math.Max(heap.Paths.Entries[crowd].Type, 0)].IsFramework
                ? contents with { ElementTypeName = FindWaiting(crowd, weightOf) ?? FindType(crowd, weightOf, MaxDepth, static type => type.IsWellKnown && !type.IsArray && !type.IsDelegate) }
            : contents;
    }

    // One behind the other, and not only many at one time: from the first or the last of them it is a long way through its like.
    private bool IsInARow(List<ChainNode> chain, int position)
    {
        HashSet<uint> row = [chain[position].Node];
        for (int above = position - 1; above > 0 && row.Count < Many && chain[above].Type == chain[position].Type; above--)
        {
            row.Add(chain[above].Node);
        }

        int type = heap.Graph.TypeIndexes[chain[position].Node];
        uint? next = chain[position].Node;
        while (next is { } current && row.Count < Many)
        {
            next = null;
            foreach (uint target in heap.Graph.GetTargets(current))
            {
                if (heap.Graph.TypeIndexes[target] == type && row.Add(target))
                {
                    next = target;
                    break;
                }
            }
        }

        return row.Count >= Many;
    }

    private Contents Refine(Contents contents, int crowd)
    {
        (string? text, WaiterKind kind) = _waiters.Summarise(crowd);
        return contents with { ElementTypeName = text ?? contents.ElementTypeName, Waiter = kind };
    }

    // The runtime's table is nobody's: what hangs on it is named by the first class that an application knows.
    private string? FindWaiting(int crowd, Func<int, long> weightOf) =>
        FindType(crowd, weightOf, MaxWaitingDepth, static type => type.IsUserObject)
        ?? FindType(crowd, weightOf, MaxWaitingDepth, static type => type.IsWellKnown && !type.IsArray && type.Type?.Namespace?.StartsWith("System", StringComparison.Ordinal) == false);

    // The waits themselves: below them lies what the callbacks use, of which each may have much.
    private long CountWaits(int entry, Func<int, long> weightOf)
    {
        int? current = entry;
        for (int depth = 0; depth < MaxDepth && current is { } below; depth++)
        {
            if (IsWait(heap.Paths.Entries[below]))
            {
                return heap.Paths.Entries[below].Count;
            }

            current = FindHeaviest(below, weightOf);
        }

        for (PathEntry above = heap.Paths.Entries[entry]; above.Parent >= 0; above = heap.Paths.Entries[above.Parent])
        {
            if (IsWait(above))
            {
                return above.Count;
            }
        }

        return heap.Paths.Entries[entry].Count;
    }

    private bool IsWait(PathEntry entry) => entry.Type >= 0 && heap.Types[entry.Type].Type == typeof(RegisteredWaitHandle);

    // With each delegate an entry may have a key or the like, but an array of references has nothing else.
    private bool IsMostOf(ChainNode array, int delegates)
    {
        long total = 0;
        foreach (uint element in heap.Graph.GetTargets(array.Node))
        {
            total += element == array.Node ? 0 : 1;
        }

        return 2 * delegates >= total || (array.Type?.Type?.GetElementType() is { IsValueType: true } && delegates >= Most * total);
    }

    private bool IsAlike(PathEntry child, ChainNode array) => child.Type >= 0 && (heap.Types[child.Type].IsDelegate || heap.Types[child.Type] == array.Type);

    private static string UnitOf(ChainNode last, ChainNode place)
    {
        if (last.IsNamed("System.Threading.TimerQueueTimer") || last.IsNamed("System.Threading.TimerQueue") || place.IsNamed("System.Threading.Timer"))
        {
            return Contents.Timers;
        }

        if (place.IsNamed(HolderRoles.WaitThread))
        {
            return Contents.Waits;
        }

        if (place.IsNamed("System.Threading.CancellationTokenSource"))
        {
            return Contents.Registrations;
        }

        if (place.IsInNamespace("System.Threading.Tasks") && !place.IsInNamespace(Advice.Dataflow))
        {
            return Contents.Continuations;
        }

        return place.Type is { IsArray: true } ? "items" : place.IsUserCollection ? "entries" : place.IsUserObject || place.Type is null ? "objects" : "entries";
    }

    private string? FindElement(int entry, Func<int, long> weightOf) =>
        FindHeaviest(entry, weightOf) is { } heaviest && weightOf(heaviest) >= Most * weightOf(entry)
            ? FindType(heaviest, weightOf, MaxDepth, static type => type.IsUserObject)
                ?? FindUsersBeside(entry, heaviest)
                ?? FindType(heaviest, weightOf, MaxDepth, static type => type.IsWellKnown || type.IsArray)
            : null;

    // What two objects share, such as an entity and the copy of its values, lies beside them: the user's objects of that number are what it belongs to.
    private string? FindUsersBeside(int entry, int heaviest)
    {
        foreach (int child in heap.Paths.GetChildren(entry))
        {
            PathEntry data = heap.Paths.Entries[child];
            if (data.Type >= 0 && heap.Types[data.Type].IsUserObject && 2 * data.Count >= heap.Paths.Entries[heaviest].Count)
            {
                return heap.Types[data.Type].Name;
            }
        }

        return null;
    }

    // The framework wraps what the user put in: nodes, callbacks, cache entries. The first class of the user's on the heaviest way down is it.
    private string? FindType(int entry, Func<int, long> weightOf, int maxDepth, Func<HeapType, bool> isWanted)
    {
        int? current = entry;
        for (int depth = 0; depth < maxDepth && current is not null; depth++)
        {
            int type = heap.Paths.Entries[current.Value].Type;
            if (type >= 0 && isWanted(heap.Types[type]))
            {
                return heap.Types[type].Name;
            }

            current = FindHeaviest(current.Value, weightOf);
        }

        return null;
    }

    // Several collections of one owner have the same objects: that is why none of them holds them alone.
    private string FindSharing(ChainNode owner, int entry, Func<int, long> weightOf)
    {
        if (!owner.IsUserObject || FindHeaviest(entry, weightOf) is not { } crowd)
        {
            return "";
        }

        int element = heap.Paths.Entries[crowd].Type;
        List<string> fields = [];
        foreach (uint part in heap.Graph.GetTargets(owner.Node))
        {
            if (part != owner.Node && Holds(part, element) && heap.FindField(owner.Node, part) is { } field)
            {
                fields.Add(field);
            }
        }

        return fields.Distinct(StringComparer.Ordinal).ToList() is { Count: > 1 } several ? " shared by " + string.Join(" and ", several) : "";
    }

    private bool Holds(uint collection, int element)
    {
        foreach (uint part in heap.Graph.GetTargets(collection))
        {
            if (heap.Graph.TypeIndexes[part] == element || (heap.TypeOf(part) is { IsArray: true } && HasTarget(part, element)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasTarget(uint array, int element)
    {
        foreach (uint target in heap.Graph.GetTargets(array))
        {
            if (heap.Graph.TypeIndexes[target] == element)
            {
                return true;
            }
        }

        return false;
    }

    private int? FindHeaviest(int entry, Func<int, long> weightOf) =>
        heap.Paths.GetChildren(entry) is { Count: > 0 } children ? children.MaxBy(weightOf) : null;
}
