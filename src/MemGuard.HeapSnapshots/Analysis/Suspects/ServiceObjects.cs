namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The objects that the dependency injection container itself holds as singletons: another object of the same class is none.</summary>
internal sealed class ServiceObjects
{
    private readonly SingletonTable _singletons;
    private readonly HashSet<uint> _held = [];

    public ServiceObjects(AnalysedHeap heap, SingletonTable singletons)
    {
        _singletons = singletons;
        bool[] isSlot = [.. Enumerable.Range(0, heap.Types.Count).Select(type => heap.Types[type].Role == HolderRole.ServiceSlot)];
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            if (isSlot[heap.Graph.TypeIndexes[node]] && heap.IsReached(node))
            {
                foreach (uint target in heap.Graph.GetTargets(node))
                {
                    if (target != node && heap.TypeOf(target) is { } type && !IsPartOfSlot(type))
                    {
                        _held.Add(target);
                    }
                }
            }
        }
    }

    /// <returns>Under which service type the container holds a node of a chain; null when it does not.</returns>
    public string? Find(IReadOnlyList<ChainNode> chain, int position)
    {
        ChainNode node = chain[position];
        if (node.Type is not { Type: { } type })
        {
            return null;
        }

        if (_held.Count > 0)
        {
            return _held.Contains(node.Node) ? Word(_singletons.Find(type), node, type) : null;
        }

        // Another container, whose slots are not known: by its class, unless something else of the application's holds the object.
        bool isHeldOtherwise = chain.Take(position).Any(static above => above.IsUserObject || above.Static is { IsFramework: false });
        return isHeldOtherwise || _singletons.Find(type) is not { } known ? null : Word(known, node, type);
    }

    /// <summary>Whether a service is registered for scopes, and the root provider was asked for it: it is kept as a singleton is.</summary>
    public bool IsScoped(ChainNode service) => service.Type?.Type is { } type && _singletons.IsScoped(type);

    // A service of a class's own name is written as the class is; one registered for all type arguments with those of the class.
    private static string Word(string? service, ChainNode node, Type type)
    {
        string definition = type.IsGenericType ? TypeNaming.Format(type.GetGenericTypeDefinition()) : "";
        int open = definition.IndexOf('<', StringComparison.Ordinal);
        int own = service?.IndexOf('<', StringComparison.Ordinal) ?? -1;
        int closed = node.Label.IndexOf('<', StringComparison.Ordinal);
        return service is null || service == TypeNaming.Format(type) || service == definition ? node.Label
            : open > 0 && own > 0 && closed > 0 && service.AsSpan(own).SequenceEqual(definition.AsSpan(open)) ? service[..own] + node.Label[closed..]
            : service;
    }

    // What a slot is made of: how to create the service, not the service.
    private static bool IsPartOfSlot(HeapType type) =>
        type.IsArray || type.IsDelegate || type.Role != HolderRole.Ordinary || type.Type is null || type.Type == typeof(object) || type.Type == typeof(string)
        || type.Type.Namespace is "System.Reflection" || typeof(Type).IsAssignableFrom(type.Type);
}
