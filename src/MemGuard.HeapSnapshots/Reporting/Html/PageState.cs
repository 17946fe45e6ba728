namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>What the page shows first: <c>api/v1/state</c>. Bytes are integers, times UTC, what is unknown is null.</summary>
internal sealed record PageState
{
    public int Schema { get; init; } = 1;

    /// <summary>Names this process: another value means that it was restarted.</summary>
    public required string Run { get; init; }

    /// <summary>Time of the sample that everything here was made from.</summary>
    public DateTimeOffset? Time { get; init; }

    public double? UptimeSeconds { get; init; }

    /// <summary>Time between two samples: the page greys after three missed ones.</summary>
    public double SampleIntervalSeconds { get; init; } = 1;

    public required PageApplication Application { get; init; }

    public required PageVerdict Verdict { get; init; }

    public PageMemory? Memory { get; init; }

    public IReadOnlyList<PageSuspect> Suspects { get; init; } = [];

    /// <summary>Why there is no suspect, as a sentence; null where there is one or none is looked for.</summary>
    public string? NoSuspectBecause { get; init; }

    public required PageLimits Limits { get; init; }

    public PagePreviousRun? PreviousRun { get; init; }

    public required PageCapture Capture { get; init; }

    /// <summary>Whether requests are measured by route.</summary>
    public bool HasRoutes { get; init; }
}

/// <summary>Which service this is.</summary>
internal sealed record PageApplication
{
    public required string Name { get; init; }

    public string? Version { get; init; }

    public string? Machine { get; init; }

    public required string MemGuardVersion { get; init; }
}

/// <summary>How much is used of what, and where it is.</summary>
internal sealed record PageMemory
{
    public long? UsedBytes { get; init; }

    public long? LimitBytes { get; init; }

    public long? HeadroomBytes { get; init; }

    /// <summary>The used share of the memory limit, 0–1.</summary>
    public double? UsedRatio { get; init; }

    /// <summary>What is to be set where no limit is known; null where one is.</summary>
    public string? NoLimitBecause { get; init; }

    public long? HeapBytes { get; init; }

    public long? HeapLimitBytes { get; init; }

    public long? LiveHeapBytes { get; init; }

    public long? UnmanagedBytes { get; init; }

    public long? WorkingSetBytes { get; init; }

    public PageLedger? Ledger { get; init; }

    /// <summary>Why there is no ledger; null where there is one.</summary>
    public string? NoLedgerBecause { get; init; }
}

/// <summary>The parts of the working set.</summary>
internal sealed record PageLedger
{
    public long? GCHeapBytes { get; init; }

    public long? NativeAllocatedBytes { get; init; }

    public long? NativeFreeBytes { get; init; }

    public long OtherBytes { get; init; }

    public long SharedBytes { get; init; }

    public long FileBytes { get; init; }
}

/// <summary>What probably holds the memory.</summary>
internal sealed record PageSuspect
{
    public required string Name { get; init; }

    public long? RetainedBytes { get; init; }

    public long? Count { get; init; }

    public required string CountUnit { get; init; }

    public double? GrowthShareRatio { get; init; }

    public string? NextStep { get; init; }

    /// <summary>How it is reached from a root, the root first; null where no snapshot tells.</summary>
    public IReadOnlyList<string>? Chain { get; init; }

    /// <summary>The same for the same holder in another process; null where no snapshot tells.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>The limits and what is wrong with them.</summary>
internal sealed record PageLimits
{
    public long? MemoryLimitBytes { get; init; }

    public bool IsMemoryLimitKnown { get; init; }

    public long? HeapLimitBytes { get; init; }

    /// <summary>Whether anything is known of them yet.</summary>
    public bool IsJudged { get; init; }

    public required string Summary { get; init; }

    public IReadOnlyList<PageFinding> Findings { get; init; } = [];
}

/// <summary>One thing to change about the limits.</summary>
internal sealed record PageFinding
{
    public required string Rule { get; init; }

    public required string Severity { get; init; }

    public required string Fact { get; init; }

    public required string Setting { get; init; }
}

/// <summary>How the process before ended.</summary>
internal sealed record PagePreviousRun
{
    public required string End { get; init; }

    public required string Message { get; init; }

    public DateTimeOffset? LastSeenAt { get; init; }
}

/// <summary>Whether heap snapshots can be taken from here, and what is under way.</summary>
internal sealed record PageCapture
{
    /// <summary>Whether snapshots are registered at all.</summary>
    public bool IsAvailable { get; init; }

    /// <summary>What to add where they are not; null where they are.</summary>
    public string? UnavailableBecause { get; init; }

    /// <summary>Whether this page may take one.</summary>
    public bool IsAllowed { get; init; }

    /// <summary>Whether this page may download kept ones.</summary>
    public bool IsDownloadAllowed { get; init; }

    /// <summary>Whether this page may make a collection in the background.</summary>
    public bool IsCollectionAllowed { get; init; }

    public bool IsRunning { get; init; }

    public double? RunningSeconds { get; init; }

    /// <summary>Why the last one that was asked for here was not taken.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>The last one that was taken from here.</summary>
    public string? TakenId { get; init; }
}
