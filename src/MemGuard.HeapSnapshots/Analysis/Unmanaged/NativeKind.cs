namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>What holds memory outside the managed heap.</summary>
internal enum NativeKind
{
    /// <summary>Objects with a finalizer, SafeHandles among them: what they hold is freed when they are disposed.</summary>
    Finalizable,

    /// <summary>Assemblies made or loaded while the process runs.</summary>
    Assemblies,

    /// <summary>Copies of one assembly in load contexts of their own.</summary>
    Copies,

    /// <summary>Methods made while the process runs.</summary>
    DynamicMethods,
}
