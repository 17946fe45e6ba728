using System.Runtime.CompilerServices;

namespace MemGuard.Sampling;

/// <summary>
/// Estimates the resident memory outside the managed heap, from whatever a sample knows. Without a page scan it is a trigger,
/// never evidence: only a sample whose <see cref="MemorySample.GCResidentBytes"/> is known has measured it.
/// </summary>
internal static class UnmanagedEstimate
{
    /// <summary>
    /// Uses the best form that the sample allows: anonymous and shared memory less the resident pages of the GC;
    /// without a scan of those, anonymous memory less the larger of committed and used heap; without anonymous memory, the working set less the same.
    /// </summary>
    /// <returns>Bytes; null when the sample cannot tell, which includes a negative difference: heap that was never touched hides what is there.</returns>
    public static long? From(in MemorySample sample) => Measured(sample) ?? WithShared(Cheap(sample), sample);

    /// <summary>From a page scan of the GC's range: exact. Null without a scan in this sample.</summary>
    public static long? Measured(in MemorySample sample) => WithShared(sample.AnonymousBytes - sample.GCResidentBytes, sample);

    /// <summary>
    /// From the counters, without shared memory. Negative when the GC has memory that it never touched; the true value is then unknown.
    /// </summary>
    public static long? Cheap(in MemorySample sample) => (sample.AnonymousBytes ?? sample.WorkingSetBytes) - GetLargerHeap(sample);

    /// <summary>
    /// Between two scans: the last measured value moved by what the cheap estimate moved. Continuous at the scan, where the cheap
    /// estimate alone would jump by what the GC has committed but not touched.
    /// </summary>
    /// <param name="sample">A sample without a scan.</param>
    /// <param name="untouchedBytes">At the last scan: what the counters said the heap had, less what of it was resident.</param>
    public static long? Carried(in MemorySample sample, long untouchedBytes) => WithShared(Cheap(sample) + untouchedBytes, sample);

    /// <summary>What the counters say the heap has, less what of it is resident; null without a scan in this sample.</summary>
    public static long? Untouched(in MemorySample sample) => GetLargerHeap(sample) - sample.GCResidentBytes;

    // Committed is zero before the first collection and old between two; used heap counts pages that are not committed yet.
    [MethodImpl(EverySample.Compiled)]
    internal static long? GetLargerHeap(in MemorySample sample) =>
        (sample.TotalCommittedBytes, sample.TotalMemoryBytes) switch
        {
            (long committed, long used) => long.Max(committed, used),
            (long committed, null) => committed,
            (null, long used) => used,
            _ => null,
        };

    // The working set, which stands in where anonymous memory is unknown, has the shared memory in it.
    private static long? WithShared(long? difference, in MemorySample sample) =>
        difference >= 0 ? difference + (sample.AnonymousBytes is null ? 0 : sample.SharedMemoryBytes ?? 0) : null;
}
