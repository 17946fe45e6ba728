namespace MemGuard.Bounded;

/// <summary>What <see cref="InFlightTasks"/> holds and has seen so far.</summary>
public sealed record InFlightTasksStatistics
{
    /// <summary>Tasks under way now.</summary>
    public int CurrentCount { get; init; }

    /// <summary>Tasks taken in.</summary>
    public long TotalStarted { get; init; }

    /// <summary>Tasks that ended well.</summary>
    public long TotalSucceeded { get; init; }

    /// <summary>Tasks that ended with an exception; it has been observed.</summary>
    public long TotalFailed { get; init; }

    /// <summary>Tasks that ended cancelled.</summary>
    public long TotalCanceled { get; init; }

    /// <summary>Tasks refused at the bound or while draining.</summary>
    public long TotalRejected { get; init; }

    /// <summary>Tasks that became older than <see cref="InFlightTasksOptions.StuckAfter"/>.</summary>
    public long TotalStuck { get; init; }

    /// <summary>Age of the oldest task under way; null when there is none.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>Where the oldest was started: member and line; null when there is none.</summary>
    public string? OldestOrigin { get; init; }
}
