using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Recording;
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

    public static string Of(StructureKind kind) => kind switch
    {
        StructureKind.Cache => "cache",
        StructureKind.Queue => "queue",
        StructureKind.PipeWriter => "pipe_writer",
        StructureKind.Batch => "batch",
        StructureKind.InFlightTasks => "in_flight_tasks",
        StructureKind.Event => "event",
        StructureKind.Timer => "timer",
        _ => "watched",
    };

    public static string Of(PreviousRunEnd end) => end switch
    {
        PreviousRunEnd.Orderly => "orderly",
        PreviousRunEnd.UnhandledException => "unhandled_exception",
        PreviousRunEnd.OutOfMemory => "out_of_memory",
        PreviousRunEnd.KilledForMemory => "killed_for_memory",
        PreviousRunEnd.LikelyKilledForMemory => "likely_killed_for_memory",
        PreviousRunEnd.KilledWhileStopping => "killed_while_stopping",
        PreviousRunEnd.MachineStopped => "machine_stopped",
        PreviousRunEnd.Crashed => "crashed",
        PreviousRunEnd.Abrupt => "abrupt",
        _ => "unreadable",
    };
}
