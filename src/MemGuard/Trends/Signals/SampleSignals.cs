namespace MemGuard.Trends;

/// <summary>What one sample says to the detector, from whatever columns it has. NaN: it does not say.</summary>
internal struct SampleSignals
{
    /// <summary>Seconds since process start.</summary>
    public double Time;

    /// <summary>Live heap after a full collection that is new in this sample.</summary>
    public double Live;

    /// <summary>What stands for the live heap: <see cref="Live"/> or, in a recording that tells nothing of full collections, the heap.</summary>
    public double Floor;

    /// <summary>Fragmented bytes after that collection.</summary>
    public double Fragmented;

    /// <summary>Heap after any collection that is new in this sample: may contain dead objects.</summary>
    public double Heap;

    /// <summary>Resident bytes outside the managed heap, less what the allocator holds free.</summary>
    public double Unmanaged;

    /// <summary>Whether <see cref="Unmanaged"/> comes from the working set, with all the files in it.</summary>
    public bool IsWorkingSetOnly;

    /// <summary>Bytes in use in the allocator, when known: the second opinion on <see cref="Unmanaged"/>.</summary>
    public double NativeInUse;

    /// <summary>Bytes of the managed heap: committed or in use.</summary>
    public double Managed;

    /// <summary>Full collections since process start.</summary>
    public double Collections;

    /// <summary>Load per second since the sample before.</summary>
    public double Load;

    /// <summary>Bytes that count against the container's limit.</summary>
    public double Usage;

    /// <summary>The container's limit, or infinite.</summary>
    public double Limit;

    /// <summary>What the runtime takes for the machine's or the container's memory, or infinite.</summary>
    public double MachineMemory;

    /// <summary>The heap's limit, or infinite.</summary>
    public double HeapLimit;
}
