using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Sampling;

/// <summary>The runtime's own counters.</summary>
internal sealed class GCCounters : IGCCounters
{
    public long TotalMemoryBytes => GC.GetTotalMemory(forceFullCollection: false);

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place that calls it, and never with true.")]
    public long TotalAllocatedBytes => GC.GetTotalAllocatedBytes(precise: false);

    public TimeSpan TotalPauseDuration => GC.GetTotalPauseDuration();

    public long TimerCount => Timer.ActiveCount;

    // Read once: the call makes a dictionary, and the value becomes 0 after GC.RefreshMemoryLimit though the limit stays.
    public long? HeapHardLimitBytes { get; } = ReadHeapHardLimit();

    public int CollectionCount(int generation) => GC.CollectionCount(generation);

    public GCRecord Read(GCKind kind) => GCRecord.From(GC.GetGCMemoryInfo(kind));

    private static long? ReadHeapHardLimit() =>
        GC.GetConfigurationVariables().TryGetValue("GCHeapHardLimit", out object? value) && value is long bytes && bytes > 0 ? bytes : null;
}
