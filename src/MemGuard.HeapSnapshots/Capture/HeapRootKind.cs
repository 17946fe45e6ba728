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

    /// <summary>The runtime's table of one thread's thread statics, where the way of capturing tells it from local variables.</summary>
    Thread,

    /// <summary>Something else inside the runtime.</summary>
    Other,
}
