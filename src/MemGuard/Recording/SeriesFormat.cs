using System.Text;
using MemGuard.Sampling;
using static MemGuard.Recording.SeriesColumn;

namespace MemGuard.Recording;

/// <summary>The table of columns: the one place that reader and writer share.</summary>
internal static class SeriesFormat
{
    public const string RequiredColumn = "elapsed_s";

    /// <summary>A row cannot be longer: the columns' longest values together are below 1 KB.</summary>
    public const int MaxRowBytes = 2048;

    public static readonly SeriesColumn[] Columns =
    [
        new Duration(RequiredColumn, TimeSpan.TicksPerSecond, static (in s) => s.Elapsed, static (in s, v) => s with { Elapsed = v }),
        new WholeNumber("gc_index", static (in s) => s.GCIndex, static (in s, v) => s with { GCIndex = v }),
        new WholeNumber("gc_generation", static (in s) => s.GCGeneration, static (in s, v) => s with { GCGeneration = (int)v }, int.MaxValue),
        new WholeNumber("heap_size_bytes", static (in s) => s.HeapSizeBytes, static (in s, v) => s with { HeapSizeBytes = v }),
        new WholeNumber("fragmented_bytes", static (in s) => s.FragmentedBytes, static (in s, v) => s with { FragmentedBytes = v }),
        new WholeNumber("gen2_live_bytes", static (in s) => s.Gen2LiveBytes, static (in s, v) => s with { Gen2LiveBytes = v }),
        new WholeNumber("gen2_fragmented_bytes", static (in s) => s.Gen2FragmentedBytes, static (in s, v) => s with { Gen2FragmentedBytes = v }),
        new WholeNumber("total_memory_bytes", static (in s) => s.TotalMemoryBytes, static (in s, v) => s with { TotalMemoryBytes = v }) { ClampsNegative = true },
        new WholeNumber("committed_bytes", static (in s) => s.TotalCommittedBytes, static (in s, v) => s with { TotalCommittedBytes = v }),
        new WholeNumber("working_set_bytes", static (in s) => s.WorkingSetBytes, static (in s, v) => s with { WorkingSetBytes = v }),
        new WholeNumber("anonymous_bytes", static (in s) => s.AnonymousBytes, static (in s, v) => s with { AnonymousBytes = v }),
        new WholeNumber("allocated_bytes", static (in s) => s.TotalAllocatedBytes, static (in s, v) => s with { TotalAllocatedBytes = v }),
        new WholeNumber("gen0_count", static (in s) => s.Gen0CollectionCount, static (in s, v) => s with { Gen0CollectionCount = v }),
        new WholeNumber("gen1_count", static (in s) => s.Gen1CollectionCount, static (in s, v) => s with { Gen1CollectionCount = v }),
        new WholeNumber("gen2_count", static (in s) => s.Gen2CollectionCount, static (in s, v) => s with { Gen2CollectionCount = v }),
        new Duration("pause_ms", TimeSpan.TicksPerMillisecond, static (in s) => s.TotalPauseDuration, static (in s, v) => s with { TotalPauseDuration = v }),
        new WholeNumber("limit_bytes", static (in s) => s.MemoryLimitBytes, static (in s, v) => s with { MemoryLimitBytes = v }),
        new WholeNumber("heap_limit_bytes", static (in s) => s.HeapLimitBytes, static (in s, v) => s with { HeapLimitBytes = v }),
        new WholeNumber("native_allocated_bytes", static (in s) => s.NativeAllocatedBytes, static (in s, v) => s with { NativeAllocatedBytes = v }),
        new WholeNumber("native_free_bytes", static (in s) => s.NativeFreeBytes, static (in s, v) => s with { NativeFreeBytes = v }),
        new WholeNumber("timer_count", static (in s) => s.TimerCount, static (in s, v) => s with { TimerCount = v }),
        new WholeNumber("assembly_count", static (in s) => s.AssemblyCount, static (in s, v) => s with { AssemblyCount = v }),
        new WholeNumber("available_memory_bytes", static (in s) => s.TotalAvailableMemoryBytes, static (in s, v) => s with { TotalAvailableMemoryBytes = v }),
        new WholeNumber("container_usage_bytes", static (in s) => s.ContainerUsageBytes, static (in s, v) => s with { ContainerUsageBytes = v }),
        new WholeNumber("shmem_bytes", static (in s) => s.SharedMemoryBytes, static (in s, v) => s with { SharedMemoryBytes = v }),
        new WholeNumber("gc_resident_bytes", static (in s) => s.GCResidentBytes, static (in s, v) => s with { GCResidentBytes = v }),
        new Duration("finalizer_lag_s", TimeSpan.TicksPerSecond, static (in s) => s.FinalizerLag, static (in s, v) => s with { FinalizerLag = v }),
        new RealNumber("load_total", static (in s) => s.LoadTotal, static (in s, v) => s with { LoadTotal = v }),
    ];

    public static readonly byte[] Header = Encoding.UTF8.GetBytes(string.Join(',', Columns.Select(static column => column.Name)) + "\n");

    /// <summary>Writes one row with its line end.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="target">At least <see cref="MaxRowBytes"/> long.</param>
    /// <returns>The number of bytes written.</returns>
    public static int WriteRow(in MemorySample sample, Span<byte> target)
    {
        int length = 0;
        foreach (SeriesColumn column in Columns)
        {
            length += column.Format(sample, target[length..]);
            target[length++] = (byte)',';
        }

        target[length - 1] = (byte)'\n';
        return length;
    }
}
