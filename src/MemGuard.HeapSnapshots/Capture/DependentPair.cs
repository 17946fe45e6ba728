namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A dependent handle: the value lives as long as the key does (ConditionalWeakTable).</summary>
internal readonly record struct DependentPair(ulong Key, ulong Value);
