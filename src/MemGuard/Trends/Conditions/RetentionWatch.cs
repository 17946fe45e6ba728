using System.Runtime.CompilerServices;
using MemGuard.Sampling;

namespace MemGuard.Trends;

/// <summary>Memory that is resident and free: kept by the GC after a peak, or by the C library's allocator. No problem, but worth an answer.</summary>
internal sealed class RetentionWatch(RetentionRules rules)
{
    public bool CollectorKeeps { get; private set; }

    public bool AllocatorKeeps { get; private set; }

    [MethodImpl(EverySample.Compiled)]
    public void Add(in MemorySample sample)
    {
        double heap = sample.TotalCommittedBytes - Math.Max(sample.HeapSizeBytes ?? 0, sample.TotalMemoryBytes ?? 0) ?? 0;
        double free = sample.NativeFreeBytes ?? 0;
        CollectorKeeps = Keeps(CollectorKeeps, heap, Judgement.LeastGrowth(rules.HeapBytes, rules.HeapShare, sample.TotalCommittedBytes ?? 0));
        AllocatorKeeps = Keeps(AllocatorKeeps, free, Judgement.LeastGrowth(rules.AllocatorBytes, rules.AllocatorRatio, sample.NativeAllocatedBytes ?? 0));
    }

    private bool Keeps(bool keptBefore, double bytes, double least) => bytes > (keptBefore ? rules.OffShare : 1) * least;
}
