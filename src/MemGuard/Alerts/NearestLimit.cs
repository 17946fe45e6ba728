using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>The limit that a problem runs into first.</summary>
/// <param name="Name"><c>memory</c> (configured, container or machine) or <c>heap</c> (the garbage collector's own).</param>
/// <param name="Bytes">How much may be used.</param>
internal sealed record NearestLimit(string Name, long Bytes)
{
    /// <returns>Null where none is known.</returns>
    public static NearestLimit? Of(MemoryDiagnosis diagnosis)
    {
        MemoryUsage usage = MemoryUsage.Of(diagnosis.Sample);

        // Memory outside the heap does not count against the heap's limit.
        NearestLimit? heap = usage.HeapLimitBytes is { } heapLimit && diagnosis.Problem != MemoryProblem.UnmanagedGrowth ? new NearestLimit("heap", heapLimit) : null;
        NearestLimit? memory = usage.LimitBytes is { } memoryLimit ? new NearestLimit("memory", memoryLimit) : null;
        if (heap is null || memory is null)
        {
            return heap ?? memory;
        }

        long heapLeft = heap.Bytes - (diagnosis.Sample.Gen2LiveBytes ?? usage.HeapBytes ?? 0);
        return heapLeft < (usage.HeadroomBytes ?? memory.Bytes) ? heap : memory;
    }
}
