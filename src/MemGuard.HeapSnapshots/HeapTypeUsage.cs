namespace MemGuard.HeapSnapshots;

/// <summary>All objects of one type on the heap.</summary>
/// <remarks>Immutable.</remarks>
public sealed record HeapTypeUsage
{
    /// <summary>The type in C# words; compiler-made classes by the method they come from.</summary>
    public required string TypeName { get; init; }

    /// <summary>Number of objects.</summary>
    public required long Count { get; init; }

    /// <summary>Bytes of the objects themselves, without what they refer to.</summary>
    public required long TotalBytes { get; init; }
}
