namespace MemGuard.Bounded;

/// <summary>A collection of the user's, listed by its name and count.</summary>
internal abstract class WatchedStructure(string name) : IBoundedStructure
{
    public string Name => name;

    public abstract BoundedStructureUsage GetUsage();
}

/// <summary>Holds the owner weakly: the watch is kept alive by it, never the other way round.</summary>
internal sealed class WatchedStructure<TOwner>(string name, TOwner owner, Func<TOwner, long> count) : WatchedStructure(name)
    where TOwner : class
{
    private readonly WeakReference<TOwner> _owner = new(owner);

    public override BoundedStructureUsage GetUsage() =>
        new() { Name = Name, Kind = StructureKind.Watched, Count = _owner.TryGetTarget(out TOwner? owner) ? count(owner) : 0 };
}
