namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The objects of a captured heap, readable as often as needed: once for addresses, once for sizes, once for edges.</summary>
internal interface IHeapObjectSource
{
    long NodeCount { get; }

    long EdgeCount { get; }

    int NodeBatchCount { get; }

    int EdgeBatchCount { get; }

    ReadOnlySpan<HeapNode> GetNodes(int batch);

    /// <summary>Addresses of referenced objects, in node order.</summary>
    ReadOnlySpan<ulong> GetEdgeTargets(int batch);
}
