namespace MemGuard.Bounded;

/// <summary>Why a <see cref="BoundedQueue{T}"/> gave an item to its drop callback instead of a reader.</summary>
public enum ItemDropReason
{
    /// <summary>It was the oldest when a newer one needed its room (<see cref="BoundedQueueFullMode.DropOldest"/>).</summary>
    Displaced,

    /// <summary>It was new and found no room (<see cref="BoundedQueueFullMode.DropNewest"/>).</summary>
    NoRoom,

    /// <summary>It was still queued when the queue was disposed.</summary>
    Disposed,
}
