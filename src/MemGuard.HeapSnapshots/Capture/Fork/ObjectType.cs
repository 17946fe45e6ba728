namespace MemGuard.HeapSnapshots.Capture;

/// <summary>How an object of a type is laid out.</summary>
internal struct ObjectType
{
    /// <summary>Size without elements.</summary>
    public uint BaseBytes;

    /// <summary>Size of an element; 0 when there are none.</summary>
    public uint ComponentBytes;

    /// <summary>Where references lie: pairs of offset and length; with <see cref="IsRepeated"/> the first element's offset, then pairs of references and bytes to skip. Null for none.</summary>
    public int[]? Runs;

    /// <summary>Whether <see cref="Runs"/> describes one element of an array of structs.</summary>
    public bool IsRepeated;

    /// <summary>Unused room between objects.</summary>
    public bool IsFree;

    /// <summary>Whether its load context can unload.</summary>
    public bool IsCollectible;
}
