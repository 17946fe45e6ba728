using MemGuard.Alerts;
using MemGuard.Triage;

namespace MemGuard.Telemetry;

/// <summary>Snake-case tag values: fixed words, so that a renamed member does not rename a time series.</summary>
internal static class TagValues
{
    public static string Of(MemoryProblem problem) => problem switch
    {
        MemoryProblem.ManagedLeak => "managed_leak",
        MemoryProblem.UnmanagedGrowth => "unmanaged_growth",
        MemoryProblem.GCThrash => "gc_thrash",
        MemoryProblem.HeapFragmentation => "heap_fragmentation",
        MemoryProblem.NearMemoryLimit => "near_memory_limit",
        _ => "none",
    };

    public static string Of(AlertStage stage) => stage switch
    {
        AlertStage.Suspected => "suspected",
        AlertStage.Confirmed => "confirmed",
        _ => "resolved",
    };
}
