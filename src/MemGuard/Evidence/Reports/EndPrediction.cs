using MemGuard.Sampling;

namespace MemGuard.Evidence;

/// <summary>Whether the process may run out of memory before the next sample, so that its last report must be ready before.</summary>
internal static class EndPrediction
{
    /// <summary>What a process is taken to fill in a second: with less room than that to its limit it may end before the next sample.</summary>
    private const long FillableBytesPerSecond = 2L << 30;

    /// <summary>With less room than this in the heap every allocation may cost a collection: nothing is begun there.</summary>
    private const long LeastRoomBytes = 8L << 20;

    /// <summary>A process of this size does not notice what it costs to be ready.</summary>
    private const long LargeBytes = 512L << 20;

    public static long FillableWithin(TimeSpan interval) => (long)(FillableBytesPerSecond * Math.Max(1, interval.TotalSeconds));

    public static bool HasRoom(in MemorySample sample) => !(FindHeapRoom(sample) < LeastRoomBytes);

    /// <summary>A limit that is near, or a process so large that one may be, known or not.</summary>
    public static bool MayEndSoon(in MemorySample sample, long fillableBytes) =>
        FindHeapRoom(sample) < fillableBytes || MemoryUsage.Of(sample).HeadroomBytes < fillableBytes || sample.WorkingSetBytes >= LargeBytes;

    private static long? FindHeapRoom(in MemorySample sample) => MemoryUsage.Of(sample).HeapLimitBytes - Math.Max(sample.HeapSizeBytes ?? 0, sample.TotalMemoryBytes ?? 0);
}
