using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds who holds a place: the nearest object of the application's, service of the container's or static field on the way down to it.</summary>
/// <remarks>Hosts, service providers, Main and the runtime's tables lead to everything and own nothing: nobody above them counts.</remarks>
internal sealed class OwnerFinder(AnalysedHeap heap, ServiceObjects services)
{
    public const string Static = "static ";
    public const string Singleton = "DI singleton ";
    public const string RootScoped = "scoped service of the root provider: ";
    private const string HostedService = "IHostedService";
    private const string BoxedMachine = "StateMachine.";
    private const int NearRoot = 4;
    private const int NearStatic = 6;

    private readonly HiddenRoots _hidden = new(heap);
    private int _tableDepth;

    /// <param name="chain">The way down from the roots.</param>
    /// <param name="container">The position of what is held.</param>
    public Owner Find(List<ChainNode> chain, int container)
    {
        if (services.Find(chain, container) is { } service)
        {
            bool isScoped = services.IsScoped(chain[container]);
            string kind = isScoped ? RootScoped : Singleton;
            return new Owner(service == chain[container].Label ? kind.TrimEnd() : kind + service, container) { Known = isScoped ? KnownHolder.OfRootScope : null };
        }

        for (int position = container; position > 0; position--)
        {
            ChainNode node = chain[position];
            if (FindAsyncLocal(chain, position) is { } local)
            {
                return local;
            }

            if (position == container)
            {
                continue;
            }

            if (heap.IsDependent(node.Node, chain[position + 1].Node) && _hidden.FindWeakTable(node, chain[position + 1], FindTableOwner) is { } table)
            {
                return new Owner(table + KeyOf(chain, position), -1);
            }

            if (node.IsUserObject && !IsLink(chain, position) && !IsWayThroughMain(chain, position, container))
            {
                return OfObject(chain, position, container);
            }

            if (node.Static is not null)
            {
                return OfStatic(chain, position, container);
            }

            if (KnownHolder.Find(node, chain[position + 1]) is { } known)
            {
                return OfKnown(chain, position, known);
            }

            if (services.Find(chain, position) is { } held)
            {
                bool isScoped = services.IsScoped(node);
                return new Owner((isScoped ? RootScoped : Singleton) + Compose(held, chain, position), position) { Known = isScoped ? KnownHolder.OfRootScope : null };
            }

            if (node.Role is not HolderRole.Ordinary)
            {
                return Owner.Nobody;
            }
        }

        return OfRoot(chain, container);
    }

    /// <returns>The holder with the field that leads on, in the user's words.</returns>
    public string DescribeField(ChainNode holder, ChainNode held)
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

        return field is null || EdgeFields.IsFrameworks(type, field) ? holder.Label
            : holder.Type.IsCompilerMade ? $"{holder.Label} (variable {field})"
            : $"{holder.Label}.{field}";
    }

    private Owner OfObject(List<ChainNode> chain, int position, int container)
    {
        string path = DescribeField(chain[position], chain[position + 1]);
        bool isTracker = IsChangeTracker(chain, position, container);
        path = isTracker ? $"{chain[position].Label} (change tracker)" : path;
        KnownHolder? known = isTracker ? new KnownHolder(null, "end the context with the unit of work (a scope, or IDbContextFactory), or clear its ChangeTracker", IsWhole: true) : null;
        if (services.Find(chain, position) is { } service)
        {
            bool isScoped = services.IsScoped(chain[position]);
            string text = isScoped ? RootScoped + path
                : service == HostedService ? $"hosted service {path}" : service == chain[position].Label ? Singleton + path : $"{Singleton}{service}: {path}";
            return new Owner(text, position) { Known = known ?? (isScoped ? KnownHolder.OfRootScope : null), IsWhole = isTracker, FieldText = path, Above = (isScoped ? RootScoped : Singleton).TrimEnd(' ', ':') };
        }

        (string above, bool isAsyncLocal) = DescribeAbove(chain, position);
        return new Owner(above.Length == 0 ? path : $"{above} → {path}", position) { Known = known, IsWhole = isTracker, IsAsyncLocal = isAsyncLocal, FieldText = path, Above = above };
    }

    // What holds the holder, as far as that is certain: a static field, a service, a handle.
    private (string Text, bool IsAsyncLocal) DescribeAbove(List<ChainNode> chain, int position)
    {
        for (int above = position - 1; above > 0; above--)
        {
            ChainNode node = chain[above];
            if (heap.IsDependent(node.Node, chain[above + 1].Node) && _hidden.FindWeakTable(node, chain[above + 1], FindTableOwner) is { } table)
            {
                return (table, false);
            }

            if (FindAsyncLocal(chain, above) is { } local)
            {
                return (local.Text, true);
            }

            if (services.Find(chain, above) is { } service)
            {
                return ((services.IsScoped(node) ? RootScoped : Singleton) + Compose(service, chain, above), false);
            }

            if (node.Static is { } field)
            {
                return (field.IsFramework ? "" : node.Label, false);
            }

            if (node.Role is not HolderRole.Ordinary)
            {
                return ("", false);
            }
        }

        return (_hidden.Find(chain, position) ?? (position == 2 && HiddenRoots.IsHandle(heap, chain[1]) ? "GC handle" : ""), false);
    }

    private string Compose(string service, List<ChainNode> chain, int position)
    {
        string path = DescribeField(chain[position], chain[position + 1]);
        return service == chain[position].Label ? path : $"{service}: {path}";
    }

    private Owner OfKnown(List<ChainNode> chain, int position, KnownHolder known)
    {
        string path = DescribeField(chain[position], chain[position + 1]);
        string text = known.IsWhole ? known.Words!
            : known.Words is null ? path
            : known.Words + path[Math.Min(chain[position].Label.Length, path.Length)..];
        return new Owner(text, position) { Known = known, IsWhole = known.IsWhole };
    }

    private static Owner OfStatic(List<ChainNode> chain, int position, int container)
    {
        StaticOwner field = chain[position].Static!;
        bool isNear = !field.IsFramework
            || (CountSteps(chain, position, container) <= NearStatic && !chain.Take(container).Skip(position + 1).Any(static node => node.Role is not HolderRole.Ordinary) && !field.IsRuntimeTable);
        KnownHolder? known = field.IsFramework ? KnownHolder.OfStatic(field) : null;
        bool isWhole = known is { IsWhole: true } && KnownHolder.IsEventSource(chain[container].Type?.Type);
        return !isNear ? Owner.Nobody : new Owner(isWhole ? known!.Words! : chain[position].Label, position) { Known = known, IsWhole = isWhole };
    }

    // However many links a chain has, it is one step.
    private static int CountSteps(List<ChainNode> chain, int from, int to) => Enumerable.Range(from + 1, to - from).Count(position => !IsLink(chain, position - 1));

    // A link owns nothing of the next one of its kind: who holds the first holds all.
    private static bool IsLink(List<ChainNode> chain, int position) => chain[position].Type is { } type && position + 1 < chain.Count && chain[position + 1].Type == type;

    private Owner OfRoot(List<ChainNode> chain, int container)
    {
        if (_hidden.Find(chain, container) is { } hidden)
        {
            return new Owner(hidden, -1);
        }

        return chain.Count <= 1 || container > NearRoot ? Owner.Nobody
            : HiddenRoots.IsHandle(heap, chain[1]) ? new Owner("GC handle", -1) { Known = new KnownHolder(null, "free the handle (GCHandle.Free) when it is no longer needed") }
            : chain[1].Node == heap.Graph.Root + RootPlan.Statics ? Owner.Nobody
            : new Owner(chain[1].Label, -1);
    }

    private Owner? FindAsyncLocal(List<ChainNode> chain, int position) =>
        AsyncLocals.Find(chain, position) is not { } found ? null
        : AsyncLocals.FindKeys(heap, chain[found.Map].Node, ValueIn(chain[found.Value]), FindLocalOwner) is not { Count: > 0 } keys ? null
        : new Owner("async local " + (keys.Count == 1 ? keys[0] : $"(one of {string.Join(" | ", keys)})"), -1)
        {
            Known = new KnownHolder(null, "set the value to null when the work ends: whoever has captured the context, as timers and tasks do, keeps it"),
            IsWhole = chain[position].IsInNamespace("System.Threading"),
            IsAsyncLocal = true,
        };

    private static Type? ValueIn(ChainNode value) => value.Type is { IsArray: false, Type: { } type } && type.FullName?.StartsWith("System.Threading.AsyncLocalValueMap", StringComparison.Ordinal) != true ? type : null;

    // A context has its async locals as keys: that is no holder.
    private string FindLocalOwner(uint local) =>
        ChainNode.PathTo(heap, local) is var chain && Enumerable.Range(0, chain.Count).Any(position => AsyncLocals.Find(chain, position) is not null) ? "" : FindTableOwner(local);

    // What has no name of its own, as a weak table or an async local, may itself be held by another: one step is enough.
    private string FindTableOwner(uint table)
    {
        List<ChainNode> chain = ChainNode.PathTo(heap, table);
        if (_tableDepth > 0 || chain.Count == 0)
        {
            return "";
        }

        _tableDepth++;
        try
        {
            return Find(chain, chain.Count - 1).Text;
        }
        finally
        {
            _tableDepth--;
        }
    }

    private string KeyOf(List<ChainNode> chain, int position)
    {
        string text = Find(chain, position).Text;
        return text.Length == 0 ? "" : $" (key held by {text})";
    }

    // Main holds the host and through it everything; what its own variable holds it owns.
    private static bool IsWayThroughMain(List<ChainNode> chain, int position, int container) =>
        chain[position].Role == HolderRole.EntryPoint && position + 1 < container && !chain[position + 1].IsInNamespace("System.Collections");

    private static bool IsChangeTracker(List<ChainNode> chain, int position, int container) =>
        chain[position].Type?.Type is { } type
        && EdgeFields.FindFrameworkBase(type) is { } level
        && level.FullName?.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal) == true
        && chain.Take(container + 1).Skip(position + 1).Any(static node => node.IsInNamespace("Microsoft.EntityFrameworkCore.ChangeTracking"));
}
