using System.Globalization;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Says in the user's words where an entry of the dominator tree lies: owner, field, collection, and what is in it.</summary>
/// <param name="heap">The heap.</param>
/// <param name="services">The objects that are services of the container's.</param>
/// <param name="owners">Finds holders.</param>
internal sealed class PlaceNamer(AnalysedHeap heap, ServiceObjects services, OwnerFinder owners)
{
    private const double SameShare = 0.9;
    private const int NearHolder = 6;
    private const int ManyObjects = 8;
    private const double CrowdShare = 0.3;
    private const int MaxSamples = 40;

    private readonly ContentsReader _contents = new(heap);
    private readonly HolderKindFinder _kinds = new(heap, services);

    /// <returns>The places by name, in the same order.</returns>
    public List<HeapDominator> Name(IReadOnlyList<PlaceRequest> places)
    {
        List<Located?> located = [.. places.Select(place => Contained(() => Locate(place)))];
        OtherHolders others = OtherHolders.Find(heap, [.. located.OfType<Located>().Select(static place => place.Container.Node)]);
        return [.. places.Select((place, i) => (located[i] is { } found ? Contained(() => Describe(found, others)) : null) ?? Unnamed(place))];
    }

    // One place that cannot be described costs its own name only.
    private static T? Contained<T>(Func<T> describe)
        where T : class
    {
        try
        {
            return describe();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    private HeapDominator Unnamed(PlaceRequest place)
    {
        PathEntry data = heap.Paths.Entries[place.Entry];
        string label = heap.NameOf(data.Type);
        return new HeapDominator { Name = label, TypeName = label, RetainedBytes = data.RetainedBytes, Count = data.Count, CountUnit = "objects", ShareRatio = ShareOf(data) };
    }

    private Located Locate(PlaceRequest place)
    {
        PathEntry data = heap.Paths.Entries[place.Entry];
        uint shown = place.Shown ?? data.Largest;
        bool isCrowd = place.Shown is null && data.TopCount >= ManyObjects && heap.Tree.GetRetainedBytes(data.Largest) < CrowdShare * data.RetainedBytes;
        return isCrowd && heap.Paths.Entries[data.Parent].Type < 0
            ? LocateMost(place, data)
            : Locate(place, data, shown);
    }

    private Located Locate(PlaceRequest place, PathEntry data, uint number)
    {
        List<ChainNode> chain = ChainNode.PathTo(heap, heap.Tree.Nodes[number]);
        int container = FindContainer(chain);
        return new Located(place, data, chain, container, FindHolder(chain, container), owners.Find(chain, container)) { Label = LabelOf(chain[container]) };
    }

    private string LabelOf(ChainNode container) =>
        container.Type is { IsFramework: true, IsArray: false, IsCompilerMade: false, Type: { IsVisible: false } type } && Reflection.FindVisible(type) is var visible && visible != type
            ? heap.Types.Names.Format(visible)
            : container.Label;

    // Objects that only the roots hold together may have different holders: who holds most of them counts, not who holds the largest.
    private Located LocateMost(PlaceRequest place, PathEntry data)
    {
        List<Located> samples = [];
        long step = Math.Max(data.TopCount / MaxSamples, 1);
        long seen = 0;
        for (uint number = 1; number < heap.Tree.Count && samples.Count < MaxSamples; number++)
        {
            if (heap.Paths.EntryOf[number] == place.Entry && heap.Paths.EntryOf[heap.Tree.Dominators[number]] == data.Parent && seen++ % step == 0)
            {
                samples.Add(Locate(place, data, number));
            }
        }

        string most = MajorityOwner.Find([.. samples.Select(static sample => sample.Owner.Text)]);
        return samples.Find(sample => sample.Owner.Text == most) ?? samples[0] with { Owner = new Owner(most, -1) };
    }

    private HeapDominator Describe(Located place, OtherHolders others)
    {
        Contents contents = _contents.Of(place.Request, place.Chain, place.Position);
        string name = Compose(place, contents);
        return new HeapDominator
        {
            Name = name + DescribeOthers(place, contents, others),
            RetainedBytes = place.Data.RetainedBytes,
            Count = contents.Count,
            CountUnit = contents.Unit,
            ShareRatio = ShareOf(place.Data),
            TypeName = place.Label,
            ElementTypeName = contents.ElementTypeName,
            Owner = DescribeAssembly(place),
            HolderKind = _kinds.Find(place.Chain, place.Position, contents, place.Owner),
            NextStep = Advice.For(place.Container, contents, place.Owner),
            Fingerprint = Fingerprint.Of(place.Owner.Text, place.Label, contents.ElementTypeName),
            Chain = ChainWriter.Write(heap, place.Chain),
        };
    }

    private double ShareOf(PathEntry entry) => (double)entry.RetainedBytes / Math.Max(heap.Paths.Entries[0].RetainedBytes, 1);

    // Up from where memory spreads to the object that the user knows as one thing: the dictionary, not its buckets.
    private int FindContainer(List<ChainNode> chain)
    {
        int position = chain.Count - 1;
        while (chain[position].IsInternal && position > 0 && chain[position - 1].Type is { } && !chain[position - 1].IsUserObject && !IsTable(chain, position - 1))
        {
            position--;
        }

        if (chain[position].IsInternal && position > 0 && chain[position - 1].IsUserCollection)
        {
            return position - 1;
        }

        // Wrappers that live only for what they wrap: MemoryCache around its dictionary, TaskCompletionSource around its continuations.
        for (int outer = position - 1; outer > 0 && IsWrapped(chain, position) && chain[outer].Type is { IsFramework: true } && IsAlmostAll(chain[outer], chain[position]) && !IsResult(chain, outer); outer--)
        {
            // What lies in an array is one of the collection's elements and not the collection's own part.
            if (chain[outer].Type!.IsArray || KnownHolder.Find(chain[outer], chain[outer + 1]) is not null)
            {
                break;
            }

            if (chain[outer].Type!.IsWellKnown && chain[outer].Role is HolderRole.Ordinary)
            {
                position = outer;
            }
        }

        return position;
    }

    // A list of callbacks, a source of cancellation or a service is a thing of its own, whoever has nothing else.
    private bool IsWrapped(List<ChainNode> chain, int position) =>
        chain[position].Type is { IsDelegate: false } && !chain[position].IsNamed("System.Threading.CancellationTokenSource") && services.Find(chain, position) is null;

    private bool IsTable(List<ChainNode> chain, int position) => heap.IsStaticTable(chain[position].Node);

    // A task that has ended holds what it has brought; nothing waits there.
    private static bool IsResult(List<ChainNode> chain, int task) =>
        chain[task].Type?.Type is { } type && ResultOf(type) is { } result && result != typeof(object)
        && chain[task + 1] is { Type.IsDelegate: false } held && Reflection.CanHold(result, held.Type.Type ?? typeof(void))

        // What continues when the task ends.
        && held.Type.Type != typeof(List<object>) && !held.IsInNamespace("System.Threading.Tasks") && CompilerNames.FindStateMachine(held.Type.Type!) is null;

    private static Type? ResultOf(Type type)
    {
        Type? level = type;
        while (level is not null && !(level.IsGenericType && level.GetGenericTypeDefinition() == typeof(Task<>)))
        {
            level = level.BaseType;
        }

        return level?.GetGenericArguments()[0];
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

    private string Compose(Located place, Contents contents)
    {
        (List<ChainNode> chain, int container, int holder, Owner owner) = (place.Chain, place.Position, place.Holder, place.Owner);
        if (contents.Unit is Contents.Timers or Contents.Sockets or Contents.Waits)
        {
            return contents.ElementTypeName is null ? contents.Unit : $"{contents.Unit} → {contents.ElementTypeName}";
        }

        if (place.Container.Type is { IsDelegate: true } && EventNames.Find(heap, chain, container, owner) is { } text)
        {
            return contents.ElementTypeName is null ? text : $"{text} → {contents.ElementTypeName}";
        }

        if (owner.IsWhole)
        {
            return contents.ElementTypeName is null ? owner.Text : $"{owner.Text} → {contents.ElementTypeName}";
        }

        string separator = owner.Text + " " is OwnerFinder.Singleton or OwnerFinder.RootScoped ? " " : " → ";
        string full = owner.Text.Length == 0 ? place.Label : owner.Text + separator + (owner.Position > holder ? "" : OuterOf(chain, container, holder)) + place.Label;
        return contents.ElementTypeName is { } element && !place.Label.Contains(element, StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{full} ({element}{contents.SharedBy})")
            : full;
    }

    // A collection of collections: the user declared the outer one, the inner ones are full.
    private static string OuterOf(List<ChainNode> chain, int container, int holder)
    {
        bool isUsers = holder >= 0 && container - holder <= NearHolder && (chain[holder].IsUserObject || chain[holder].Static is { IsFramework: false });
        return !isUsers || holder + 1 >= container || !chain[holder + 1].IsCollection ? ""
            : IsResult(chain, holder + 1) ? $"completed {chain[holder + 1].Label} → "
            : chain[holder + 1].Label + " → ";
    }

    private string DescribeOthers(Located place, Contents contents, OtherHolders others)
    {
        if (contents.Unit is Contents.Timers or Contents.Sockets or Contents.Waits || place.Owner.Text.Length == 0 || place.Owner.Position < 0)
        {
            return "";
        }

        List<string> texts = [];
        foreach (uint holder in others.Of(place.Container.Node))
        {
            List<ChainNode> chain = ChainNode.PathTo(heap, holder);
            if (chain.Count > 0 && !chain.Exists(node => node.Node == place.Container.Node || node.Type is { IsOwn: true }) && !place.Chain.Exists(node => node.Node == holder))
            {
                chain.Add(place.Container);
                Owner owner = owners.Find(chain, chain.Count - 1);
                if (owner.Text.Length > 0 && owner.Position > 0 && owner.Text != place.Owner.Text)
                {
                    texts.Add(owner.Text);
                }
            }
        }

        return texts.Count == 0 ? "" : ", also held by " + string.Join(" and ", texts.Distinct(StringComparer.Ordinal).Take(2));
    }

    // Whose code to look at: the holder's; where the framework holds it, that of what it holds.
    private static string? DescribeAssembly(Located place)
    {
        if (place.Holder >= 0 && place.Chain[place.Holder].Type?.Type is { } type)
        {
            return OwnerNames.Describe(CompilerNames.UserType(type).Assembly);
        }

        bool isNear = place.Holder >= 0 && place.Chain.Take(place.Position).Skip(place.Holder + 1).All(static node => node.IsInternal);
        return isNear && place.Chain[place.Holder].Static is { Candidates: [{ } field, ..] } ? OwnerNames.Describe(field.Module.Assembly) : null;
    }

    private sealed record Located(PlaceRequest Request, PathEntry Data, List<ChainNode> Chain, int Position, int Holder, Owner Owner)
    {
        public ChainNode Container => Chain[Position];

        /// <summary>The container's type as its users know it: what a factory returns is often a class of the framework's own.</summary>
        public string Label { get; init; } = "";
    }
}
