namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>By which service types singletons are known.</summary>
/// <param name="exact">Service types in words, by implementation type; of an open generic by its definition.</param>
/// <param name="factories">Service types whose objects a factory makes, with their words.</param>
internal sealed class SingletonTable(IReadOnlyDictionary<Type, string> exact, IReadOnlyList<(Type Service, string Name)> factories)
{
    /// <summary>Classes of which there is one a scope.</summary>
    public IReadOnlySet<Type> Scoped { get; init; } = new HashSet<Type>();

    /// <summary>Service types whose objects a factory makes, one a scope.</summary>
    public IReadOnlyList<Type> ScopedFactories { get; init; } = [];

    public static SingletonTable Empty { get; } = new(new Dictionary<Type, string>(), []);

    /// <summary>Whether a class is registered for scopes alone.</summary>
    public bool IsScoped(Type implementation) =>
        Find(implementation) is null
        && (Scoped.Contains(implementation) || (implementation.IsGenericType && Scoped.Contains(implementation.GetGenericTypeDefinition())) || ScopedFactories.Any(service => Reflection.CanHold(service, implementation)));

    /// <returns>The service type in words; null when no registration makes an object of the type.</returns>
    public string? Find(Type implementation)
    {
        if (exact.TryGetValue(implementation, out string? name))
        {
            return name;
        }

        if (implementation.IsGenericType && exact.TryGetValue(implementation.GetGenericTypeDefinition(), out string? open))
        {
            return open;
        }

        foreach ((Type service, string known) in factories)
        {
            if (Reflection.CanHold(service, implementation))
            {
                return known;
            }
        }

        return null;
    }
}
