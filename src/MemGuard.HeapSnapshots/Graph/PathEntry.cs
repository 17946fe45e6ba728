namespace MemGuard.HeapSnapshots.Graph;

/// <summary>All objects of one type that the objects of another entry dominate.</summary>
/// <param name="parent">The entry above; -1 for the root.</param>
/// <param name="type">Type index, or the negative number of a virtual node.</param>
internal sealed class PathEntry(int parent, int type)
{
    public int Parent => parent;

    public int Type => type;

    public long Count { get; set; }

    /// <summary>Objects that do not lie below another object of the same entry.</summary>
    public long TopCount { get; set; }

    public long OwnBytes { get; set; }

    public long RetainedBytes { get; set; }

    /// <summary>Depth-first number of the object that retains most: the one to show.</summary>
    public uint Largest { get; set; }
}
