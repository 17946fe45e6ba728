namespace MemGuard.HeapSnapshots.Graph;

/// <summary>A node that stands for a cause of life: all roots, a kind of roots, or one static field.</summary>
/// <param name="Parent">Position of the virtual node above; -1 for the first.</param>
/// <param name="Targets">Addresses of the objects it keeps.</param>
internal sealed record VirtualNode(int Parent, IReadOnlyList<ulong> Targets);
