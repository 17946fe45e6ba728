using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Names the types of a profile. Made before it begins.</summary>
/// <remarks>
/// A type's id is an address of the runtime's, and stale where its assembly has been unloaded: ids become types only while no collectible assembly is
/// there or comes. Otherwise the stream's own names serve, which leave out the class that a generic one is nested in.
/// </remarks>
internal sealed class AllocatedTypes : IDisposable
{
    private volatile bool _hasCollectible;

    public AllocatedTypes()
    {
        // First those to come, then those that are there: none is missed in between.
        AppDomain.CurrentDomain.AssemblyLoad += OnLoad;
        _hasCollectible |= AppDomain.CurrentDomain.GetAssemblies().Any(static assembly => assembly.IsCollectible);
    }

    /// <returns>A name for each id. Two types never share one.</returns>
    /// <param name="ids">The ids.</param>
    /// <param name="streamName">The stream's name for each.</param>
    public IReadOnlyDictionary<ulong, string> Name(IReadOnlyCollection<ulong> ids, Func<ulong, string> streamName)
    {
        if (_hasCollectible)
        {
            return ids.ToDictionary(static id => id, id => VisibleText.OfName(streamName(id)));
        }

        TypeNames names = new();
        Dictionary<ulong, Type?> types = ids.ToDictionary(static id => id, static id => Type.GetTypeFromHandle(RuntimeTypeHandle.FromIntPtr((nint)id)));
        foreach (Type type in types.Values.OfType<Type>())
        {
            names.Include(type);
        }

        return types.ToDictionary(static pair => pair.Key, pair => pair.Value is { } type ? names.Format(type) : VisibleText.OfName(streamName(pair.Key)));
    }

    public void Dispose() => AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;

    // Runs on the thread that loads: an exception would go into the host's code.
    private void OnLoad(object? sender, AssemblyLoadEventArgs load) => Containment.Run((Self: this, load.LoadedAssembly), static loaded => loaded.Self._hasCollectible |= loaded.LoadedAssembly.IsCollectible);
}
