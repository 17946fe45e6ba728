namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>How many there are of something that holds memory outside the managed heap.</summary>
internal sealed record NativeCount
{
    /// <summary>A type with a finalizer, a group of assemblies, or dynamic methods.</summary>
    public required string Name { get; init; }

    public required NativeKind Kind { get; init; }

    public required long Count { get; init; }

    /// <summary>What the application has opened, where the type is the handle inside it; null elsewhere.</summary>
    public string? Opened { get; init; }

    /// <summary>How many there are of what it has opened.</summary>
    public long OpenedCount { get; init; }

    /// <summary>Who holds most of them; null when nobody does or it was not asked.</summary>
    public string? Holder { get; init; }
}
