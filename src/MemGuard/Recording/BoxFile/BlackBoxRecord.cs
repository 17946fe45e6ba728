using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>What a black box says.</summary>
internal sealed record BlackBoxRecord
{
    public required BlackBoxHeader Header { get; init; }

    /// <summary>The newest slot that is whole; null when there is none, as of a process that ended before its first sample.</summary>
    public BlackBoxReadings? Last { get; init; }

    public required BlackBoxFlags Flags { get; init; }
}

/// <summary>The figures of the last sample, and what was known then.</summary>
internal sealed record BlackBoxReadings
{
    public DateTimeOffset Time { get; init; }

    public TimeSpan Elapsed { get; init; }

    public TimeSpan Interval { get; init; }

    public long? UsedBytes { get; init; }

    public long? LimitBytes { get; init; }

    public long? HeapBytes { get; init; }

    public long? HeapLimitBytes { get; init; }

    public long? LiveBytes { get; init; }

    public long? WorkingSetBytes { get; init; }

    public long? UnmanagedBytes { get; init; }

    public long? Gen2CollectionCount { get; init; }

    public TimeSpan? TotalPauseDuration { get; init; }

    public long? KillCount { get; init; }

    public long? LimitHitCount { get; init; }

    public long? GroupId { get; init; }

    public OpenProblem Problem { get; init; }

    /// <summary>The last minutes, oldest first. Of each sample only time, used bytes, heap and unmanaged bytes are known.</summary>
    public BlackBoxHistory.Row[] History { get; init; } = [];
}

/// <summary>What the dying process noted.</summary>
internal sealed record BlackBoxFlags
{
    public bool SawOutOfMemory { get; init; }

    /// <summary>The largest heap at which an allocation failed.</summary>
    public long? OutOfMemoryHeapBytes { get; init; }

    public bool IsUnhandled { get; init; }

    public bool IsUnhandledOutOfMemory { get; init; }

    public string? ExceptionType { get; init; }

    public DateTimeOffset? StoppingSince { get; init; }

    /// <summary>The exit code of a process that ended in order; null of any other.</summary>
    public int? ExitCode { get; init; }
}
