using System.Globalization;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Says in the user's words where an entry of the dominator tree lies: owner, field, collection, and what is in it.</summary>
/// <param name="heap">The heap.</param>
/// <param name="singletons">By which service types singletons are known.</param>
internal sealed class PlaceNamer(AnalysedHeap heap, SingletonTable singletons)
{
    private const string Static = "static ";
    private const string Singleton = "DI singleton ";
    private const string HostedService = "IHostedService";
    private const int MaxCandidates = 4;
    private const double SameShare = 0.9;
    private const int NearRoot = 4;
    private const int NearHolder = 6;
    private const string BoxedMachine = "StateMachine.";

    private readonly HiddenStatics _hidden = new(heap.Types.Assemblies);

    /// <param name="entry">The entry.</param>
    /// <param name="weightOf">What an entry below it counts for, to tell what the place is full of.</param>
    public HeapDominator Name(int entry, Func<int, long> weightOf)
    {
        try
        {
            return Describe(entry, weightOf);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One place that cannot be described costs its own name only.
            PathEntry data = heap.Paths.Entries[entry];
            string label = heap.NameOf(data.Type);
            return new HeapDominator { Name = label, TypeName = label, RetainedBytes = data.RetainedBytes, Count = data.Count, CountUnit = "objects", ShareRatio = ShareOf(data) };
        }
    }

    private HeapDominator Describe(int entry, Func<int, long> weightOf)
    {
        PathEntry data = heap.Paths.Entries[entry];
        List<ChainNode> chain = [.. heap.Retainers.GetPath(heap.Tree.Nodes[data.Largest]).Select(Describe)];
        int container = FindContainer(chain);
        int holder = FindHolder(chain, container);
        Contents contents = Contents.Of(heap, entry, weightOf, chain, container);
        string owner = DescribeOwner(chain, holder, container);
        string name = Compose(chain, owner, container, holder, contents);
        return new HeapDominator
        {
            Name = name,
            RetainedBytes = data.RetainedBytes,
            Count = contents.Count,
            CountUnit = contents.Unit,
            ShareRatio = ShareOf(data),
            TypeName = chain[container].Label,
            ElementTypeName = contents.ElementTypeName,
            Owner = DescribeAssembly(chain, holder, container),
            NextStep = Advice.For(chain[container], contents),
            Fingerprint = Fingerprint.Of(owner, chain[container].Label, contents.ElementTypeName),
            Chain = ChainWriter.Write(heap, chain),
        };
    }

    private double ShareOf(PathEntry entry) => (double)entry.RetainedBytes / Math.Max(heap.Paths.Entries[0].RetainedBytes, 1);

    private ChainNode Describe(uint node)
    {
        int index = heap.Graph.TypeIndexes[node];
        return new ChainNode(node, index >= 0 ? heap.Types[index] : null, heap.FindStatic(index), heap.NameOf(index));
    }

    // Up from where memory spreads to the object that the user knows as one thing: the dictionary, not its buckets.
    private int FindContainer(List<ChainNode> chain)
    {
        int position = chain.Count - 1;
        while (chain[position].IsInternal && position > 0 && chain[position - 1].Type is { } && !chain[position - 1].IsUserObject && !heap.IsStaticTable(chain[position - 1].Node))
        {
            position--;
        }

        // Wrappers that live only for what they wrap: MemoryCache around its dictionary, TaskCompletionSource around its continuations.
        for (int outer = position - 1; outer > 0 && chain[outer].Type is { IsFramework: true } && IsAlmostAll(chain[outer], chain[position]); outer--)
        {
            if (chain[outer].Type!.IsWellKnown && !chain[outer].IsNamed("Microsoft.Extensions.DependencyInjection.ServiceProvider"))
            {
                position = outer;
            }
        }

        return position;
    }

    private bool IsAlmostAll(ChainNode outer, ChainNode inner)
    {
        uint outerNumber = heap.Tree.Numbers[outer.Node];
        uint innerNumber = heap.Tree.Numbers[inner.Node];
        ulong outerUnits = heap.Tree.RetainedUnits[outerNumber];
        ulong innerUnits = heap.Tree.RetainedUnits[innerNumber];

        // Less than the inner one: it does not hold it alone, so it is not its wrapper.
        return innerUnits <= outerUnits && innerUnits >= SameShare * outerUnits;
    }

    private static int FindHolder(List<ChainNode> chain, int container)
    {
        for (int position = container - 1; position > 0; position--)
        {
            if (chain[position].IsUserObject || chain[position].Static is not null)
            {
                return position;
            }
        }

        return -1;
    }

    private string DescribeOwner(List<ChainNode> chain, int holder, int container)
    {
        if (holder >= 0 && chain[holder].IsUserObject)
        {
            string path = DescribeField(chain[holder], chain[holder + 1]);
            if (chain[holder].Type?.Type is { } type && singletons.Find(type) is { } service)
            {
                return service == HostedService ? $"hosted service {path}" : service == chain[holder].Label ? Singleton + path : $"{Singleton}{service}: {path}";
            }

            return (chain.Take(holder).LastOrDefault(static node => node.Static is { IsFramework: false })?.Label is { } root ? root + " → " : "") + path;
        }

        if (chain[container].Type?.Type is { } own && singletons.Find(own) is { } asked)
        {
            return asked == chain[container].Label ? "DI singleton" : Singleton + asked;
        }

        if (FindHidden(chain, container) is { } hidden)
        {
            return hidden;
        }

        bool isNear = holder >= 0 && (chain[holder].Static is { IsFramework: false } || chain.Take(container).Skip(holder + 1).All(static node => node.IsInternal));
        return isNear ? chain[holder].Label : chain.Count > 1 && container <= NearRoot ? chain[1].Label : "";
    }

    private string DescribeField(ChainNode holder, ChainNode held)
    {
        // A type that is known by name only has no fields to choose from.
        if (holder.Type is not { Type: { } type })
        {
            return holder.Label;
        }

        string? field = heap.FindField(holder.Node, held.Node);
        if (CompilerNames.FindStateMachine(type) is not null)
        {
            // The box's other fields are the framework's: only a variable of the method itself says something.
            field = field?.StartsWith(BoxedMachine, StringComparison.Ordinal) == true ? FieldNames.Display(field[BoxedMachine.Length..]) : null;
        }

        return field is null ? holder.Label
            : holder.Type.IsCompilerMade ? $"{holder.Label} (variable {field})"
            : $"{holder.Label}.{field}";
    }

    // What the runtime does not report as static: below a table of static fields it is a generic class's, below a stack root's arrays a thread's.
    private string? FindHidden(List<ChainNode> chain, int container)
    {
        for (int position = container; position > 1; position--)
        {
            if (chain[position].Type is { IsArray: false, Type: { } held })
            {
                if (heap.IsStaticTable(chain[position - 1].Node) || IsHandleTable(chain, position - 1))
                {
                    return Candidates("probably static ", _hidden.FindGeneric(held));
                }

                if (position == 4 && chain[1].Node == heap.Graph.Root + RootPlan.Stack && chain[2].Label == "object[]" && chain[3].Label == "object[]")
                {
                    return Candidates("probably thread static ", _hidden.FindThreadStatic(held));
                }
            }
        }

        return null;
    }

    private bool IsHandleTable(List<ChainNode> chain, int position) =>
        position == 2 && chain[2].Label == "object[]"
        && (chain[1].Node == heap.Graph.Root + RootPlan.Handles || chain[1].Node == heap.Graph.Root + RootPlan.PinnedHandles);

    private static string? Candidates(string prefix, IReadOnlyList<string> names) => names.Count switch
    {
        0 => null,
        1 => prefix + names[0],
        <= MaxCandidates => $"{prefix}(one of {string.Join(" | ", names)})",
        _ => $"{prefix}field of a type with {names.Count} candidates",
    };

    private static string Compose(List<ChainNode> chain, string owner, int container, int holder, Contents contents)
    {
        ChainNode place = chain[container];
        bool isHeldDirectly = holder == container - 1 && holder >= 0;
        if (contents.Unit == "timers")
        {
            return contents.ElementTypeName is null ? "timers" : $"timers → {contents.ElementTypeName}";
        }

        if (place.Type is { IsDelegate: true } && isHeldDirectly && IsEvent(chain[holder], owner))
        {
            string text = owner.StartsWith(Static, StringComparison.Ordinal) ? "static event " + owner[Static.Length..]
                : owner.StartsWith(Singleton, StringComparison.Ordinal) ? $"event {owner[Singleton.Length..]} (DI singleton)"
                : $"event {owner}";
            return contents.ElementTypeName is null ? text : $"{text} → {contents.ElementTypeName}";
        }

        string separator = owner is "DI singleton" ? " " : " → ";

        // A collection of collections: the user declared the outer one, the inner ones are full.
        bool isUsers = holder >= 0 && container - holder <= NearHolder && (chain[holder].IsUserObject || chain[holder].Static is { IsFramework: false });
        string outer = isUsers && holder + 1 < container && chain[holder + 1].IsCollection ? chain[holder + 1].Label + " → " : "";
        string full = owner.Length == 0 ? place.Label : owner + separator + outer + place.Label;
        return contents.ElementTypeName is { } element && !place.Label.Contains(element, StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{full} ({element})")
            : full;
    }

    private static bool IsEvent(ChainNode holder, string owner) =>
        holder.Static?.IsEvent ?? (holder.Type?.Type is { } type && Reflection.HasEvent(type, owner[(owner.LastIndexOf('.') + 1)..]));

    // Whose code to look at: the holder's; where the framework holds it, that of what it holds.
    private static string? DescribeAssembly(List<ChainNode> chain, int holder, int container)
    {
        if (holder >= 0 && chain[holder].Type?.Type is { } type)
        {
            return OwnerNames.Describe(CompilerNames.UserType(type).Assembly);
        }

        bool isNear = holder >= 0 && chain.Take(container).Skip(holder + 1).All(static node => node.IsInternal);
        return isNear && chain[holder].Static is { Candidates: [{ } field, ..] } ? OwnerNames.Describe(field.Module.Assembly) : null;
    }
}
