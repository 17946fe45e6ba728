namespace MemGuard.HeapSnapshots.Reporting;

/// <summary><c>api/v1/snapshots</c>: the newest first.</summary>
internal sealed record SnapshotList
{
    public int Schema { get; init; } = 1;

    public required IReadOnlyList<SnapshotSummary> Snapshots { get; init; }

    /// <summary>Why the list is empty; null where it is not.</summary>
    public string? NoneBecause { get; init; }
}

/// <summary>One kept snapshot.</summary>
internal sealed record SnapshotSummary
{
    /// <summary>An opaque token.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    public required string Reason { get; init; }

    public long ObjectCount { get; init; }

    public long LiveBytes { get; init; }

    public double PauseSeconds { get; init; }

    public string? IncompleteBecause { get; init; }
}

/// <summary><c>api/v1/snapshots/{id}</c>.</summary>
internal sealed record SnapshotDetail
{
    public int Schema { get; init; } = 1;

    public required SnapshotSummary Snapshot { get; init; }

    public required IReadOnlyList<SnapshotPlace> Places { get; init; }

    public required IReadOnlyList<SnapshotType> Types { get; init; }

    /// <summary>What is freed with what, the largest parts: each entry after the one that it lies in.</summary>
    public required IReadOnlyList<IcicleNode> Icicle { get; init; }
}

/// <summary>A leak suspect.</summary>
internal sealed record SnapshotPlace
{
    public required string Name { get; init; }

    public long RetainedBytes { get; init; }

    public double ShareRatio { get; init; }

    public long Count { get; init; }

    public required string CountUnit { get; init; }

    public string? Owner { get; init; }

    public string? NextStep { get; init; }

    public required string Fingerprint { get; init; }

    public required IReadOnlyList<string> Chain { get; init; }
}

/// <summary>All objects of one type.</summary>
internal sealed record SnapshotType
{
    public required string Name { get; init; }

    public long Count { get; init; }

    public long Bytes { get; init; }
}

/// <summary>A part of the icicle.</summary>
internal sealed record IcicleNode
{
    /// <summary>Position of the entry that it lies in; -1 for the first.</summary>
    public int Parent { get; init; }

    public required string Label { get; init; }

    public long Bytes { get; init; }

    public long Count { get; init; }
}

/// <summary><c>api/v1/snapshots/{a}/diff/{b}</c>: what has grown from a to b.</summary>
internal sealed record SnapshotDiffPage
{
    public int Schema { get; init; } = 1;

    public required SnapshotSummary From { get; init; }

    public required SnapshotSummary To { get; init; }

    /// <summary>Why the two cannot be compared; null where they can.</summary>
    public string? RefusedBecause { get; init; }

    public long? GrowthBytes { get; init; }

    public long? UnexplainedBytes { get; init; }

    public IReadOnlyList<SnapshotGrowth> Growth { get; init; } = [];
}

/// <summary>A place that holds more than before.</summary>
internal sealed record SnapshotGrowth
{
    public required string Name { get; init; }

    public long ThenBytes { get; init; }

    public long NowBytes { get; init; }

    public long GrowthBytes { get; init; }

    public long ThenCount { get; init; }

    public long NowCount { get; init; }

    public required string CountUnit { get; init; }

    public double ShareRatio { get; init; }

    public required IReadOnlyList<string> Chain { get; init; }
}

/// <summary>Answer to a request for a new snapshot.</summary>
internal sealed record SnapshotAnswer
{
    public int Schema { get; init; } = 1;

    /// <summary>The governor's words; null where the capture has begun.</summary>
    public string? RefusedBecause { get; init; }

    public required PageCapture Capture { get; init; }
}
