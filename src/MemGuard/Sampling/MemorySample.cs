namespace MemGuard.Sampling;

/// <summary>
/// One reading of the process's memory. A property that could not be read is <see langword="null"/>, never zero.
/// </summary>
/// <remarks>Sizes are bytes. Counters are cumulative since process start. Immutable, safe to share between threads.</remarks>
public readonly record struct MemorySample
{
    /// <summary>Monotonic time since process start. It never jumps when the wall clock is set.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Wall-clock time of the reading, UTC. For people; nothing is computed from it.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary><see cref="GCMemoryInfo.Index"/> of the most recent collection of any kind; 0 before the first.</summary>
    public long? GCIndex { get; init; }

    /// <summary>Generation of the most recent collection of any kind.</summary>
    public int? GCGeneration { get; init; }

    /// <summary><see cref="GCMemoryInfo.HeapSizeBytes"/> after the most recent collection of any kind: may contain dead gen2 objects.</summary>
    public long? HeapSizeBytes { get; init; }

    /// <summary><see cref="GCMemoryInfo.FragmentedBytes"/> after the most recent collection of any kind.</summary>
    public long? FragmentedBytes { get; init; }

    /// <summary>Index of the most recent full (gen2) collection whose sizes passed the cross-check; null before the first.</summary>
    public long? FullCollectionIndex { get; init; }

    /// <summary>Heap size less fragmentation after the most recent full (gen2) collection: what is really live.</summary>
    public long? Gen2LiveBytes { get; init; }

    /// <summary>Fragmented bytes after the most recent full (gen2) collection.</summary>
    public long? Gen2FragmentedBytes { get; init; }

    /// <summary><see cref="GC.GetTotalMemory(bool)"/>: the heap now, garbage included.</summary>
    public long? TotalMemoryBytes { get; init; }

    /// <summary><see cref="GCMemoryInfo.TotalCommittedBytes"/> after the most recent collection.</summary>
    public long? TotalCommittedBytes { get; init; }

    /// <summary>Bytes allocated on the managed heap since process start.</summary>
    public long? TotalAllocatedBytes { get; init; }

    /// <summary><see cref="GC.CollectionCount(int)"/> of generation 0 (counts the higher generations too).</summary>
    public long? Gen0CollectionCount { get; init; }

    /// <summary><see cref="GC.CollectionCount(int)"/> of generation 1 (counts gen2 too).</summary>
    public long? Gen1CollectionCount { get; init; }

    /// <summary><see cref="GC.CollectionCount(int)"/> of generation 2.</summary>
    public long? Gen2CollectionCount { get; init; }

    /// <summary><see cref="GC.GetTotalPauseDuration"/>: time the process was suspended for collections since its start.</summary>
    public TimeSpan? TotalPauseDuration { get; init; }

    /// <summary>Memory the runtime believes it may use (<see cref="GCMemoryInfo.TotalAvailableMemoryBytes"/>): the effective heap limit.</summary>
    public long? TotalAvailableMemoryBytes { get; init; }

    /// <summary>Resident set of the process.</summary>
    public long? WorkingSetBytes { get; init; }

    /// <summary>The anonymous part of the working set: heaps, stacks, native memory.</summary>
    public long? AnonymousBytes { get; init; }

    /// <summary>The shared part of the working set: shared maps and JIT code. Not reclaimable. As old as <see cref="Ledger"/>.</summary>
    public long? SharedMemoryBytes { get; init; }

    /// <summary>The file-backed part of the working set: images and mapped files. Reclaimable.</summary>
    public long? FileBytes { get; init; }

    /// <summary>
    /// Pages of the GC's range that are really resident. Known in a sample that was taken together with a page scan, every half minute or so:
    /// there <see cref="UnmanagedBytes"/> is measured, elsewhere it is an estimate.
    /// </summary>
    public long? GCResidentBytes { get; init; }

    /// <summary>Resident bytes in use in the C library's allocator. As old as <see cref="Ledger"/>.</summary>
    public long? NativeAllocatedBytes { get; init; }

    /// <summary>Bytes the C library's allocator keeps though they are free. As old as <see cref="Ledger"/>.</summary>
    public long? NativeFreeBytes { get; init; }

    /// <summary>Resident memory outside the managed heap, as well as this sample can tell; null when it cannot.</summary>
    public long? UnmanagedBytes { get; init; }

    /// <summary>The tightest limit on the process's memory: the configured one or the container's.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Limit of the managed heap, where the runtime has one.</summary>
    public long? HeapLimitBytes { get; init; }

    /// <summary>
    /// What counts against the container's limit and cannot be reclaimed: anonymous, shared and kernel memory. Null unless
    /// <see cref="MemoryLimitBytes"/> is the container's.
    /// </summary>
    public long? ContainerUsageBytes { get; init; }

    /// <summary><see cref="Timer.ActiveCount"/>.</summary>
    public long? TimerCount { get; init; }

    /// <summary>Number of loaded assemblies.</summary>
    public long? AssemblyCount { get; init; }

    /// <summary>Age of the oldest finalizable sentinel that the finalizer thread has not run yet; grows when that thread is blocked.</summary>
    public TimeSpan? FinalizerLag { get; init; }

    /// <summary>Cumulative load signal, for example requests served.</summary>
    public double? LoadTotal { get; init; }

    /// <summary>Cumulative time in which some task of the container, or without one of the machine, waited for memory.</summary>
    public TimeSpan? MemoryStallDuration { get; init; }

    /// <summary>Where the bytes are: the last row of the ledger, up to half a minute old; null where the system does not tell.</summary>
    public MemoryLedger? Ledger { get; init; }
}
