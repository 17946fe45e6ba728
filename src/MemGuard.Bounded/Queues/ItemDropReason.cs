namespace MemGuard.Bounded;

/// <summary>Why a <see cref="BoundedQueue{T}"/> gave an item to its drop callback instead of a reader.</summary>
public enum ItemDropReason
{
    /// <summary>A newer one needed its room (<see cref="BoundedQueueFullMode.DropOldest"/>, <see cref="BoundedQueueFullMode.DropNewest"/>).</summary>
    Displaced,

    /// <summary>It was new and found no room (<see cref="BoundedQueueFullMode.DropWrite"/>).</summary>
    NoRoom,

    /// <summary>It was still queued when the queue was disposed.</summary>
    Disposed,
}
