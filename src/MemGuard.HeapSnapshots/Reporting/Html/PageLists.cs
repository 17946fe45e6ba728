namespace MemGuard.HeapSnapshots.Reporting;

/// <summary><c>api/v1/structures</c>: the fullest first.</summary>
internal sealed record PageStructures
{
    public int Schema { get; init; } = 1;

    public required IReadOnlyList<PageStructure> Structures { get; init; }

    /// <summary>How many more there are than are listed.</summary>
    public int LeftOut { get; init; }
}

/// <summary>One bounded structure.</summary>
internal sealed record PageStructure
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    public long Count { get; init; }

    public long? Capacity { get; init; }

    public long? Weight { get; init; }

    public long? MaxWeight { get; init; }

    /// <summary>The fuller of its two bounds, 0–1; null where nothing bounds it.</summary>
    public double? FillRatio { get; init; }

    public double? HitRatio { get; init; }

    public long? TotalEvictions { get; init; }

    public double? OldestSeconds { get; init; }
}

/// <summary><c>api/v1/alerts</c>: the newest first.</summary>
internal sealed record PageAlerts
{
    public int Schema { get; init; } = 1;

    public required IReadOnlyList<PageAlert> Alerts { get; init; }
}

/// <summary>One line of the log, with what followed it.</summary>
internal sealed record PageAlert
{
    public required DateTimeOffset Time { get; init; }

    public required string Stage { get; init; }

    public required string Problem { get; init; }

    public required string Line { get; init; }

    /// <summary>Number of the problem that it belongs to, from 1: suspicion, confirmation and end have the same.</summary>
    public int Episode { get; init; }

    /// <summary>How long the problem lasted, for its end.</summary>
    public double? LastedSeconds { get; init; }

    public IReadOnlyList<PageSuspect> Suspects { get; init; } = [];

    public string? NoSuspectBecause { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary><c>api/v1/history</c>: columns of one length. See <see cref="HistoryColumns"/> for how numbers are written.</summary>
internal sealed record PageHistory
{
    public int Schema { get; init; } = 1;

    public required string Run { get; init; }

    /// <summary>Wall clock of <see cref="HistoryColumns.Elapsed"/> zero, for the axis.</summary>
    public DateTimeOffset? ZeroTime { get; init; }

    /// <summary>Whether the rows follow those that the asker has; otherwise they replace them.</summary>
    public bool IsContinued { get; init; }

    public required HistoryColumns Columns { get; init; }
}

/// <summary>Everything at once, for a page that is one file.</summary>
internal sealed record PageData
{
    public required PageState State { get; init; }

    public required PageHistory History { get; init; }

    public required PageStructures Structures { get; init; }

    public required PageAlerts Alerts { get; init; }

    public required SnapshotList Snapshots { get; init; }

    /// <summary>Contents of the snapshots by id.</summary>
    public IReadOnlyDictionary<string, SnapshotDetail> SnapshotDetails { get; init; } = new Dictionary<string, SnapshotDetail>();

    public SnapshotDiffPage? Diff { get; init; }
}

/// <summary>One snapshot, for a page that is one file.</summary>
internal sealed record SnapshotFileData
{
    public required SnapshotList Snapshots { get; init; }

    /// <summary>The contents by the one id.</summary>
    public required IReadOnlyDictionary<string, SnapshotDetail> SnapshotDetails { get; init; }

    /// <summary>What has grown since another one; null where none was compared.</summary>
    public SnapshotDiffPage? Diff { get; init; }
}
