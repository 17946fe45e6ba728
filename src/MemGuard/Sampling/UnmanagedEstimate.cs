namespace MemGuard.Sampling;

/// <summary>Resident memory outside the managed heap, from whatever a sample knows.</summary>
internal static class UnmanagedEstimate
{
    /// <summary>
    /// Uses the best form that the sample allows: anonymous and shared memory less the resident pages of the GC;
    /// without a scan of those, anonymous memory less the larger of committed and used heap; without anonymous memory, the working set less the same.
    /// </summary>
    /// <returns>Bytes; null when the sample cannot tell, which includes a negative difference: heap that was never touched hides what is there.</returns>
    public static long? From(in MemorySample sample)
    {
        if (sample.AnonymousBytes is long anonymous)
        {
            long? heap = sample.GCResidentBytes ?? GetLargerHeap(sample);
            return NullIfNegative(anonymous - heap, sample.SharedMemoryBytes ?? 0);
        }

        return NullIfNegative(sample.WorkingSetBytes - GetLargerHeap(sample), 0);
    }

    // Committed is zero before the first collection and old between two; used heap counts pages that are not committed yet.
    private static long? GetLargerHeap(in MemorySample sample) =>
        (sample.TotalCommittedBytes, sample.TotalMemoryBytes) switch
        {
            (long committed, long used) => long.Max(committed, used),
            (long committed, null) => committed,
            (null, long used) => used,
            _ => null,
        };

    private static long? NullIfNegative(long? difference, long shared) => difference >= 0 ? difference + shared : null;
}
