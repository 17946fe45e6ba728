using MemGuard.Sampling;

namespace MemGuard.HeapSnapshots.Governor;

/// <summary>How much memory the process may still take before it meets a limit.</summary>
internal static class MemoryHeadroom
{
    /// <param name="sample">The latest sample; null without one.</param>
    /// <returns>Bytes to the nearest limit.</returns>
    public static long? Read(MemorySample? sample)
    {
        // The runtime's own view knows the machine and the container, but counts file cache as load: pessimistic, which is the right side.
        GCMemoryInfo info = GC.GetGCMemoryInfo(GCKind.Any);
        long? free = info.MemoryLoadBytes > 0 ? Math.Max(info.TotalAvailableMemoryBytes - info.MemoryLoadBytes, 0) : null;
        long? container = sample?.MemoryLimitBytes - (sample?.ContainerUsageBytes ?? (sample?.AnonymousBytes + (sample?.SharedMemoryBytes ?? 0)) ?? sample?.WorkingSetBytes);
        return container is null ? free : container;
    }
}
