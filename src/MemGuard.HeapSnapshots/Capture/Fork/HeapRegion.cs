namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A stretch of memory that holds objects.</summary>
/// <param name="Start">The first object.</param>
/// <param name="End">Behind the last one.</param>
/// <param name="Generation">0 to 2, 3 for large objects, 4 for pinned ones.</param>
/// <param name="IsFrozen">Whether the runtime keeps its objects for ever: literals, type objects.</param>
internal readonly record struct HeapRegion(ulong Start, ulong End, int Generation, bool IsFrozen);
