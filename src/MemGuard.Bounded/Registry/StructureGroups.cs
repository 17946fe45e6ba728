using System.Collections.Concurrent;

namespace MemGuard.Bounded;

/// <summary>
/// One registered structure for each name, for what comes and goes by the thousand: the registry lists the group, never the single ones.
/// </summary>
/// <param name="create">Makes the group of a name.</param>
/// <param name="restName">The name of the group that takes whatever comes after the bound on names.</param>
/// <remarks>Thread-safe. Groups live as long as the process.</remarks>
internal sealed class StructureGroups<TGroup>(Func<string, TGroup> create, string restName)
    where TGroup : class, IBoundedStructure
{
    // A name made of a request's id must not grow the registry for ever.
    private const int MaxGroups = 128;

    private readonly ConcurrentDictionary<string, TGroup> _groups = new(StringComparer.Ordinal);

    public TGroup Get(string name)
    {
        if (_groups.TryGetValue(name, out TGroup? group))
        {
            return group;
        }

        string known = _groups.Count < MaxGroups ? name : restName;
        TGroup created = create(known);
        group = _groups.GetOrAdd(known, created);
        if (ReferenceEquals(group, created))
        {
            BoundedStructures.Register(group, known);
        }

        return group;
    }
}
