namespace MemGuard.Bounded;

/// <summary>What a <see cref="BoundedQueue{T}"/> holds and has done so far. All values belong to one moment.</summary>
/// <remarks>
/// Nothing gets lost: <see cref="TotalEnqueued"/> = <see cref="TotalDequeued"/> + <see cref="CurrentCount"/> + <see cref="TotalDisplaced"/> + <see cref="TotalDisposed"/>.
/// </remarks>
public sealed record BoundedQueueStatistics
{
    /// <summary>Items queued now.</summary>
    public int CurrentCount { get; init; }

    /// <summary>Weight queued now, in the unit of the weigher; 0 without one.</summary>
    public long CurrentWeight { get; init; }

    /// <summary>Writers that wait now with an item of their own.</summary>
    public int CurrentWaitingWriters { get; init; }

    /// <summary>The most items that were ever queued at once.</summary>
    public int HighWaterCount { get; init; }

    /// <summary>The most weight that was ever queued at once.</summary>
    public long HighWaterWeight { get; init; }

    /// <summary>Items accepted.</summary>
    public long TotalEnqueued { get; init; }

    /// <summary>Items given to readers.</summary>
    public long TotalDequeued { get; init; }

    /// <summary>Accepted items dropped for newer ones.</summary>
    public long TotalDisplaced { get; init; }

    /// <summary>New items dropped because there was no room; they never were in the queue.</summary>
    public long TotalDroppedWrites { get; init; }

    /// <summary>Accepted items that were left when the queue was disposed.</summary>
    public long TotalDisposed { get; init; }

    /// <summary>Items refused for lack of room, or for being heavier than the whole queue may be.</summary>
    public long TotalRejected { get; init; }

    /// <summary>Items whose writer's timeout passed.</summary>
    public long TotalTimedOut { get; init; }

    /// <summary>Items whose waiting writer was cancelled.</summary>
    public long TotalCanceledWrites { get; init; }

    /// <summary>Items offered after completion.</summary>
    public long TotalRefusedByCompletion { get; init; }

    /// <summary>Writers that had to wait for room with their item.</summary>
    public long TotalWaits { get; init; }

    /// <summary>How long those writers waited, together.</summary>
    public TimeSpan TotalWaitTime { get; init; }

    /// <summary>Exceptions of the drop callback, contained.</summary>
    public long TotalCallbackErrors { get; init; }

    /// <summary>
    /// Age of the oldest item, to the second, and to a thirtieth of the longest wait of late where items wait for more than a minute; what is younger than about a second reads as zero;
    /// null when the queue is empty.
    /// </summary>
    public TimeSpan? OldestAge { get; init; }
}
