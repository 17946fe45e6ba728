using MemGuard.Sampling;

namespace MemGuard.HeapSnapshots.Governor;

/// <summary>How much memory the process may still take before it meets a limit.</summary>
internal static class MemoryHeadroom
{
    /// <param name="sample">The latest sample; null without one.</param>
    /// <returns>Bytes to the nearest limit; null when nothing is known.</returns>
    public static long? Read(MemorySample? sample)
    {
        if (sample is { } latest && MemoryUsage.Of(latest).HeadroomBytes is long headroom)
        {
            return headroom;
        }

        // The runtime's own view knows the machine and the container, but counts file cache as load: pessimistic, which is the right side.
        GCMemoryInfo info = GC.GetGCMemoryInfo(GCKind.Any);
        return info.MemoryLoadBytes > 0 ? Math.Max(info.TotalAvailableMemoryBytes - info.MemoryLoadBytes, 0) : null;
    }
}
