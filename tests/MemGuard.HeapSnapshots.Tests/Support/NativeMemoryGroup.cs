namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Tests that measure native memory or capture the heap run one after the other: both are process-wide. What a child process does is not among them.</summary>
[CollectionDefinition(nameof(NativeMemoryGroup), DisableParallelization = true)]
public sealed class NativeMemoryGroup;
