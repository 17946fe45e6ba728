namespace MemGuard.Bounded;

/// <summary>What a <see cref="BoundedQueue{T}"/> does with a new item when there is no room for it.</summary>
public enum BoundedQueueFullMode
{
    /// <summary>The writer waits for room, at most for its timeout. Nothing is lost.</summary>
    Wait,

    /// <summary>The oldest items make room. They go to the drop callback.</summary>
    DropOldest,

    /// <summary>The new item is dropped. It goes to the drop callback. Unlike the framework's mode of this name, what is already queued stays.</summary>
    DropNewest,

    /// <summary>The new item is refused: it stays with the writer, no callback sees it.</summary>
    Reject,
}
