namespace MemGuard.HeapSnapshots;

/// <summary>By how much the objects of one type grew from one snapshot to another.</summary>
/// <remarks>Immutable.</remarks>
public sealed record HeapTypeGrowth
{
    /// <summary>The type in C# words; compiler-made classes by the method they come from.</summary>
    public required string TypeName { get; init; }

    /// <summary>Objects now less objects then.</summary>
    public required long GrowthCount { get; init; }

    /// <summary>Bytes of the objects themselves now less then, without what they refer to.</summary>
    public required long GrowthBytes { get; init; }
}
