namespace MemGuard.Bounded;

/// <summary>What a structure in the registry is.</summary>
public enum StructureKind
{
    /// <summary>A collection of the user's, listed by <see cref="BoundedStructures.Watch{TOwner}"/>.</summary>
    Watched,

    /// <summary>A <see cref="BoundedCache{TKey, TValue}"/>: its items are entries.</summary>
    Cache,

    /// <summary>A <see cref="BoundedQueue{T}"/>.</summary>
    Queue,

    /// <summary>All <see cref="BoundedPipeWriter"/>s of one name: its items are writers whose flush waits.</summary>
    PipeWriter,

    /// <summary>All batches of one name: its items are under way.</summary>
    Batch,

    /// <summary>An <see cref="InFlightTasks"/>: its items are tasks.</summary>
    InFlightTasks,

    /// <summary>A guarded event: its items are handlers.</summary>
    Event,

    /// <summary>All guarded timers that one line of code has started.</summary>
    Timer,
}
