namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>An object of a <see cref="HeapPicture"/> with what it refers to.</summary>
internal sealed class HeapObject
{
    private const int HeaderBytes = 24;

    private readonly List<HeapObject> _holds;
    private int? _size;

    private HeapObject(Type? type, string name, IEnumerable<HeapObject> holds)
    {
        Type = type;
        Name = name;
        _holds = [.. holds];
    }

    public Type? Type { get; }

    public string Name { get; }

    public IReadOnlyList<HeapObject> Holds => _holds;

    public int SizeBytes => _size ?? HeaderBytes + (8 * _holds.Count);

    public static HeapObject Of<T>(params HeapObject[] holds) => Of(typeof(T), holds);

    public static HeapObject Of(Type type, params HeapObject[] holds) => new(type, type.Name, holds);

    /// <summary>An object whose type is known by name only, as one of an unloaded assembly.</summary>
    public static HeapObject Named(string typeName, params HeapObject[] holds) => new(null, typeName, holds);

    public static HeapObject[] Many(int count, Func<HeapObject> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    public HeapObject Sized(int bytes)
    {
        _size = bytes;
        return this;
    }

    /// <summary>Adds references, for rings.</summary>
    public HeapObject Holding(params HeapObject[] more)
    {
        _holds.AddRange(more);
        return this;
    }
}
