namespace MemGuard.Bounded;

/// <summary>What a <see cref="BoundedQueue{T}"/> does with a new item when there is no room for it. Four are the framework's, name by name.</summary>
public enum BoundedQueueFullMode
{
    /// <summary>The writer waits for room, at most for its timeout. Nothing is lost.</summary>
    Wait,

    /// <summary>The oldest items make room. They go to the drop callback.</summary>
    DropOldest,

    /// <summary>The newest items that are already queued make room. They go to the drop callback.</summary>
    DropNewest,

    /// <summary>The new item is dropped. It goes to the drop callback, and its writer is told that all is well, as by the framework's channel.</summary>
    DropWrite,

    /// <summary>The new item is refused: it stays with the writer, no callback sees it. The framework has no such mode.</summary>
    Reject,
}
