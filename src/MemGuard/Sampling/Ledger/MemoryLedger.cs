namespace MemGuard.Sampling;

/// <summary>
/// Where the bytes of the working set are: kinds that do not overlap and add up to it. Read together, every half minute or so. A kind that
/// cannot be read on this system is <see langword="null"/> and its bytes are in <see cref="OtherAnonymousBytes"/>.
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed record MemoryLedger
{
    /// <summary>Time since process start at which the row was read.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Pages of the GC's regions that occupy memory, live or not.</summary>
    public long? GCHeapBytes { get; init; }

    /// <summary>Native memory that was allocated with the C library and not freed.</summary>
    public long? NativeAllocatedBytes { get; init; }

    /// <summary>Native memory that was freed but is kept by the C library's allocator.</summary>
    public long? NativeFreeBytes { get; init; }

    /// <summary>Other anonymous memory: maps made without the allocator, thread stacks, the GC's and the JIT's data.</summary>
    public long OtherAnonymousBytes { get; init; }

    /// <summary>Shared memory, which includes the code that the JIT made. It cannot be reclaimed.</summary>
    public long SharedMemoryBytes { get; init; }

    /// <summary>Pages of files: program images and mapped files. The system can reclaim them.</summary>
    public long FileBytes { get; init; }

    /// <summary>
    /// Whether native bytes were cut to what is resident: the allocator also counts memory that was never touched, and then cannot
    /// tell which part is.
    /// </summary>
    public bool IsNativeCut { get; init; }

    /// <summary>The sum of all kinds.</summary>
    public long WorkingSetBytes => AnonymousBytes + SharedMemoryBytes + FileBytes;

    /// <summary>The sum of the anonymous kinds.</summary>
    public long AnonymousBytes => (GCHeapBytes ?? 0) + (NativeAllocatedBytes ?? 0) + (NativeFreeBytes ?? 0) + OtherAnonymousBytes;

    /// <summary>Resident memory outside the managed heap that cannot be reclaimed; null when the heap's part is unknown.</summary>
    public long? UnmanagedBytes => GCHeapBytes is long heap ? AnonymousBytes - heap + SharedMemoryBytes : null;

    /// <summary>Divides the resident memory among the kinds so that the sum holds.</summary>
    internal static MemoryLedger Divide(TimeSpan elapsed, in ResidentReading resident, long? heapBytes, NativeHeapReading? native)
    {
        long rest = resident.AnonymousBytes;
        long? heap = heapBytes is long scanned ? Math.Min(scanned, rest) : null;
        rest -= heap ?? 0;

        // What is used is more certain to be resident than what is free: the free part is cut first.
        long? used = native is { } reading ? Math.Min(reading.UsedBytes, rest) : null;
        long? free = native is { } kept ? Math.Min(kept.FreeBytes, rest - used!.Value) : null;
        return new MemoryLedger
        {
            Elapsed = elapsed,
            GCHeapBytes = heap,
            NativeAllocatedBytes = used,
            NativeFreeBytes = free,
            OtherAnonymousBytes = rest - (used ?? 0) - (free ?? 0),
            SharedMemoryBytes = resident.SharedMemoryBytes,
            FileBytes = resident.FileBytes,
            IsNativeCut = native is { } read && (used < read.UsedBytes || free < read.FreeBytes),
        };
    }
}
