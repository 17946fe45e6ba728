namespace MemGuard.Sampling;

/// <summary>How close a sample is to the nearest limit.</summary>
internal static class MemoryPressure
{
    /// <returns>The used share of the nearer limit, 0–1; 0 when no limit is known.</returns>
    public static double Ratio(in MemorySample sample)
    {
        // Unreclaimable bytes against the container's limit, never the working set: image and cache pages would count.
        long? used = sample.ContainerUsageBytes ?? (sample.AnonymousBytes + (sample.SharedMemoryBytes ?? 0)) ?? sample.WorkingSetBytes;
        double ofLimit = Share(used, sample.MemoryLimitBytes);

        // After the last collection: the heap now is full of garbage just before the next one.
        double ofHeapLimit = Share(sample.HeapSizeBytes ?? sample.TotalMemoryBytes, sample.HeapLimitBytes);
        return Math.Clamp(Math.Max(ofLimit, ofHeapLimit), 0, 1);
    }

    private static double Share(long? used, long? limit) => used is { } bytes && limit is > 0 ? (double)bytes / limit.Value : 0;
}
