using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Objects and references as arrays: the references of node <c>i</c> are <c>Targets[Offsets[i] .. Offsets[i + 1]]</c>.</summary>
/// <remarks>Objects come first, in address order; then the virtual nodes that stand for what keeps them alive, the first of which reaches all others.</remarks>
internal sealed class HeapGraph : IDisposable
{
    /// <summary>The place of a reference that is none of a field: that of a dependent handle, or one that lies too far behind.</summary>
    public const ushort UnknownSlot = ushort.MaxValue;

    public HeapGraph(uint objectCount, uint virtualCount, long edgeCount, bool hasEdgeSlots = false)
    {
        ObjectCount = objectCount;
        NodeCount = objectCount + virtualCount;
        Offsets = new NativeArray<uint>((long)NodeCount + 1);
        Targets = new NativeArray<uint>(edgeCount);
        SizeUnits = new NativeArray<uint>(NodeCount);
        TypeIndexes = new NativeArray<int>(NodeCount);
        EdgeSlots = hasEdgeSlots ? new NativeArray<ushort>(edgeCount) : null;
    }

    public uint ObjectCount { get; }

    /// <summary>Objects and virtual nodes.</summary>
    public uint NodeCount { get; }

    /// <summary>The virtual node from which everything alive can be reached.</summary>
    public uint Root => ObjectCount;

    public NativeArray<uint> Offsets { get; }

    public NativeArray<uint> Targets { get; }

    /// <summary>Sizes in units of 8 bytes; 0 for virtual nodes.</summary>
    public NativeArray<uint> SizeUnits { get; }

    /// <summary>Types of objects; for virtual nodes their number, counted down from -1.</summary>
    public NativeArray<int> TypeIndexes { get; }

    /// <summary>For each reference where it lies, in units of 8 bytes from the object's beginning, of an array from the element's; null when that is not known.</summary>
    public NativeArray<ushort>? EdgeSlots { get; }

    public Span<uint> GetTargets(uint node) => Targets.AsSpan(Offsets[node], (int)(Offsets[node + 1] - Offsets[node]));

    /// <returns>Where the first reference from one node to another lies; null when it is not known.</returns>
    public int? FindSlot(uint from, uint to)
    {
        int edge = EdgeSlots is null || IsVirtual(from) ? -1 : GetTargets(from).IndexOf(to);
        return edge >= 0 && EdgeSlots![Offsets[from] + edge] is var slot and not UnknownSlot ? slot : null;
    }

    public bool IsVirtual(uint node) => node >= ObjectCount;

    public void Dispose()
    {
        Offsets.Dispose();
        Targets.Dispose();
        SizeUnits.Dispose();
        TypeIndexes.Dispose();
        EdgeSlots?.Dispose();
    }
}
