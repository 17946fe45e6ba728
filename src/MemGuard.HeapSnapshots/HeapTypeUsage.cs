namespace MemGuard.HeapSnapshots;

/// <summary>All objects of one type on the heap.</summary>
/// <param name="TypeName">The type in C# words; compiler-made classes by the method they come from.</param>
/// <param name="Count">Number of objects.</param>
/// <param name="TotalBytes">Bytes of the objects themselves, without what they refer to.</param>
public sealed record HeapTypeUsage(string TypeName, long Count, long TotalBytes);
