namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A managed thread of the frozen copy.</summary>
internal sealed record RuntimeThread
{
    /// <summary>The system's number of the thread; 0 or -1 when it has ended.</summary>
    public required int SystemId { get; init; }

    /// <summary>Where it will put its next object; 0 when it has no room of its own.</summary>
    public required ulong AllocationStart { get; init; }

    public required ulong AllocationEnd { get; init; }

    /// <summary>The innermost transition between managed code and the runtime; null or all bits when there is none.</summary>
    public required ulong Frame { get; init; }

    /// <summary>Whether it was running managed code, so that nothing says how deep its stack is.</summary>
    public required bool IsRunningManaged { get; init; }

    /// <summary>The runtime's description of it.</summary>
    public required ulong Description { get; init; }

    /// <summary>The runtime's block of thread statics; 0 for none.</summary>
    public required ulong ThreadStatics { get; init; }
}
