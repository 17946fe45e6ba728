namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Something that keeps an object alive.</summary>
/// <param name="Address">The object it keeps.</param>
/// <param name="Kind">What keeps it.</param>
/// <param name="IsPinned">Whether it also keeps the object from moving.</param>
internal readonly record struct HeapRoot(ulong Address, HeapRootKind Kind, bool IsPinned);
