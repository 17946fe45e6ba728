namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>What the elements of a place wait for, or with.</summary>
internal enum WaiterKind
{
    /// <summary>Nothing special.</summary>
    None,

    /// <summary>A cancellation source that ends by itself.</summary>
    CancellationSource,

    /// <summary>A cancellation source that another one cancels.</summary>
    LinkedSource,

    /// <summary>A wait for a time (Task.Delay, WaitAsync).</summary>
    Delay,
}
