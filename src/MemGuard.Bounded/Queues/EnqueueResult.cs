namespace MemGuard.Bounded;

/// <summary>What became of an item that was offered to a <see cref="BoundedQueue{T}"/>.</summary>
public enum EnqueueResult
{
    /// <summary>It is in the queue, or already with a waiting reader.</summary>
    Enqueued,

    /// <summary>It is in the queue, and at least one older item was dropped for it.</summary>
    EnqueuedAfterDrop,

    /// <summary>It was dropped and has gone to the drop callback.</summary>
    Dropped,

    /// <summary>There was no room, or it alone is heavier than <see cref="BoundedQueueOptions.MaxWeight"/>. The caller keeps it.</summary>
    Rejected,

    /// <summary>There was no room before the timeout passed. The caller keeps it.</summary>
    TimedOut,

    /// <summary>The queue accepts no more items. The caller keeps it.</summary>
    Completed,
}
