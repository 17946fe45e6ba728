using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Memory that is resident and free: kept by the collector after a peak, or by the C library's allocator. No problem, but worth an answer.</summary>
internal sealed class RetentionWatch
{
    private const double Megabyte = 1 << 20;
    private const double HeapOn = 100 * Megabyte;
    private const double AllocatorOn = 64 * Megabyte;

    public bool CollectorKeeps { get; private set; }

    public bool AllocatorKeeps { get; private set; }

    public void Add(in MemorySample sample)
    {
        double heap = sample.TotalCommittedBytes - Math.Max(sample.HeapSizeBytes ?? 0, sample.TotalMemoryBytes ?? 0) ?? 0;
        double free = sample.NativeFreeBytes ?? 0;
        CollectorKeeps = heap > (CollectorKeeps ? 0.7 : 1) * Math.Max(HeapOn, 0.5 * (sample.TotalCommittedBytes ?? 0));
        AllocatorKeeps = free > (AllocatorKeeps ? 0.7 : 1) * Math.Max(AllocatorOn, sample.NativeAllocatedBytes ?? 0);
    }
}
