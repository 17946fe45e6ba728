using System.Globalization;
using MemGuard.Sampling;

namespace DetectorEvaluation;

/// <summary>Reads a recorded series.</summary>
internal static class CsvSeries
{
    public static List<MemorySample> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] names = lines[0].Split(',');
        List<MemorySample> samples = [];
        foreach (string line in lines.Skip(1))
        {
            Dictionary<string, double> row = [];
            string[] cells = line.Split(',');
            for (int i = 0; i < cells.Length; i++)
            {
                if (cells[i].Length > 0)
                {
                    row[names[i]] = double.Parse(cells[i], CultureInfo.InvariantCulture);
                }
            }

            long? Long(string name) => row.TryGetValue(name, out double value) ? (long)value : null;
            samples.Add(new MemorySample
            {
                Elapsed = TimeSpan.FromSeconds(row["elapsed_s"]),
                GCIndex = Long("gc_index"),
                GCGeneration = (int?)Long("gc_generation"),
                HeapSizeBytes = Long("heap_size_bytes"),
                FragmentedBytes = Long("fragmented_bytes"),
                Gen2LiveBytes = Long("gen2_live_bytes"),
                Gen2FragmentedBytes = Long("gen2_fragmented_bytes"),
                TotalMemoryBytes = Long("total_memory_bytes"),
                TotalCommittedBytes = Long("committed_bytes"),
                WorkingSetBytes = Long("working_set_bytes"),
                AnonymousBytes = Long("anonymous_bytes"),
                TotalAllocatedBytes = Long("allocated_bytes"),
                Gen0CollectionCount = Long("gen0_count"),
                Gen1CollectionCount = Long("gen1_count"),
                Gen2CollectionCount = Long("gen2_count"),
                TotalPauseDuration = row.TryGetValue("pause_ms", out double pause) ? TimeSpan.FromMilliseconds(pause) : null,
                MemoryLimitBytes = Long("limit_bytes"),
                HeapLimitBytes = Long("heap_limit_bytes"),
                NativeAllocatedBytes = Long("native_allocated_bytes"),
                NativeFreeBytes = Long("native_free_bytes"),
                TimerCount = Long("timer_count"),
                AssemblyCount = Long("assembly_count"),
                TotalAvailableMemoryBytes = Long("available_memory_bytes"),
                ContainerUsageBytes = Long("container_usage_bytes"),
                SharedMemoryBytes = Long("shmem_bytes"),
                GCResidentBytes = Long("gc_resident_bytes"),
                FinalizerLag = row.TryGetValue("finalizer_lag_s", out double lag) ? TimeSpan.FromSeconds(lag) : null,
                LoadTotal = row.TryGetValue("load_total", out double load) ? load : null,
            });
        }

        return samples;
    }
}
