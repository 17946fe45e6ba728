namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The objects of a captured heap, nodes readable as often as needed, edges once.</summary>
internal interface IHeapObjectSource
{
    long NodeCount { get; }

    long EdgeCount { get; }

    int NodeBatchCount { get; }

    /// <summary>How many batches of references there can be; the last one is where the nodes' counts are met.</summary>
    int EdgeBatchCount { get; }

    /// <summary>Whether it tells where each reference lies in its object.</summary>
    bool HasEdgeSlots => false;

    ReadOnlySpan<HeapNode> GetNodes(int batch);

    /// <summary>Addresses of referenced objects, in node order. A source may be able to give them once only, batch after batch.</summary>
    ReadOnlySpan<ulong> GetEdgeTargets(int batch);

    /// <summary>For the batch that was just given, where each reference lies: in units of 8 bytes from the object's beginning, of an array from the element's.</summary>
    ReadOnlySpan<ushort> GetEdgeSlots(int batch) => [];
}
