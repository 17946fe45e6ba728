namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What keeps a root object alive.</summary>
internal enum HeapRootKind
{
    /// <summary>A local variable, or a thread static: the runtime reports both as stack.</summary>
    Stack,

    /// <summary>The queue of objects whose finalizer has still to run.</summary>
    FinalizerQueue,

    /// <summary>A GC handle.</summary>
    Handle,

    /// <summary>Something else inside the runtime.</summary>
    Other,
}
