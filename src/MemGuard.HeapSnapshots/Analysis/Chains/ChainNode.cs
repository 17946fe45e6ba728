namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>One step of a retainer path with what the naming needs to know of it.</summary>
/// <param name="Node">The graph's node.</param>
/// <param name="Type">The object's type; null for a virtual node.</param>
/// <param name="Static">The static field, when the node is one.</param>
/// <param name="Label">Its name.</param>
internal sealed record ChainNode(uint Node, HeapType? Type, StaticOwner? Static, string Label)
{
    /// <returns>The way down from the roots to a node, the best that there is.</returns>
    public static List<ChainNode> PathTo(AnalysedHeap heap, uint node)
    {
        List<ChainNode> path = [.. heap.Retainers.GetPath(node).Select(step => Of(heap, step))];
        int list = path.FindLastIndex(static step => step.Type?.Type?.FullName == HolderRoles.RegistrationList);

        // Registrations belong to their source, and not to who holds another one.
        if (list <= 0 || FindSource(heap, path[list]) is not { } source || path[list - 1].Node == source)
        {
            return path;
        }

        List<ChainNode> toSource = [.. heap.Retainers.GetPath(source).Select(step => Of(heap, step))];
        return toSource.Exists(step => step.Node == path[list].Node) ? path : [.. toSource, .. path.Skip(list)];
    }

    private static uint? FindSource(AnalysedHeap heap, ChainNode list)
    {
        foreach (uint target in heap.Graph.GetTargets(list.Node))
        {
            if (heap.TypeOf(target)?.Type is { } type && typeof(CancellationTokenSource).IsAssignableFrom(type))
            {
                return target;
            }
        }

        return null;
    }

    public bool IsUserObject => Type is { IsUserObject: true };

    /// <summary>A class of the user's that is a collection by its base class.</summary>
    public bool IsUserCollection => IsUserObject && Type!.Type is { } type && EdgeFields.FindFrameworkBase(type)?.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

    public HolderRole Role => Type?.Role ?? HolderRole.Ordinary;

    /// <summary>A collection or holder of the framework that users declare fields of.</summary>
    public bool IsCollection => Type is { IsFramework: true, IsWellKnown: true, IsArray: false, IsDelegate: false };

    /// <summary>Part of something larger: an array, or a class inside the framework that users never see.</summary>
    public bool IsInternal => Type is not null && !IsUserObject && !Type.IsDelegate && (Type.IsArray || !Type.IsWellKnown);

    private static ChainNode Of(AnalysedHeap heap, uint node)
    {
        int index = heap.Graph.TypeIndexes[node];
        return new ChainNode(node, index >= 0 ? heap.Types[index] : null, heap.FindStatic(index), heap.NameOf(index));
    }

    public bool IsNamed(string fullName) => Type?.Type is { } type && (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName == fullName;

    public bool IsInNamespace(string name) => Type?.Type?.Namespace is { } found && (found == name || found.StartsWith(name + ".", StringComparison.Ordinal));
}
