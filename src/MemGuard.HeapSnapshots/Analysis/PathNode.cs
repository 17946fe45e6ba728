namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>One entry of the summed dominator tree, free of the graph: what a snapshot keeps.</summary>
internal sealed record PathNode
{
    /// <summary>Position of the entry above; -1 for the root.</summary>
    public required int Parent { get; init; }

    /// <summary>Type or root, in words: the same in the next snapshot.</summary>
    public required string Label { get; init; }

    /// <summary>Tells types and fields apart that share a label; 0 in files of earlier versions.</summary>
    public long Identity { get; init; }

    public required long Count { get; init; }

    public required long TopCount { get; init; }

    public required long RetainedBytes { get; init; }

    /// <summary>What the largest objects hold where a few stand out: they tell which one has grown when the sum has; null elsewhere.</summary>
    public IReadOnlyList<long>? Sizes { get; init; }

    /// <summary>Position of the place that was named for it; -1 for none.</summary>
    public int Place { get; init; } = -1;

    /// <summary>Whether it stands for roots and not for objects.</summary>
    public bool IsVirtual { get; init; }
}
