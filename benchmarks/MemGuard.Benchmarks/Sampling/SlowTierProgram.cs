using System.Diagnostics;
using MemGuard.Containers;
using MemGuard.Sampling;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>What the slow tier costs beside a large heap: processor time of each reading, and its share of a core at its period.</summary>
internal static class SlowTierProgram
{
    private const int Rounds = 15;
    private const double AcceptedPercentage = 0.05;

    public static int Run(string[] args)
    {
        int megabytes = args is [string given] ? int.Parse(given) : 1024;
        byte[][] heap = new byte[megabytes * 16][];
        for (int i = 0; i < heap.Length; i++)
        {
            heap[i] = new byte[(1 << 16) - 32];
            Array.Fill(heap[i], (byte)1);
        }

        GC.Collect();
        using HeapPages pages = new(SystemFiles.Instance);
        NativeHeap native = new();
        using LedgerReader ledger = new(SystemFiles.Instance, pages, native, TimeProvider.System);
        using CgroupMemory container = new(SystemFiles.Instance);
        double share = 0;
        Console.WriteLine($"{megabytes} MB heap; {(pages.ReadResidentBytes() ?? 0) >> 20} MB resident");
        Console.WriteLine($"{"reading",-24} {"median",12} {"period",8} {"share of a core",16}");
        Measure("page scan", TimeSpan.Zero, () => pages.ReadResidentBytes());
        Measure("mallinfo2", TimeSpan.Zero, () => native.Read());
        int hour = 0;
        Measure("whole ledger row", LedgerReader.Period, () => ledger.Read(TimeSpan.FromHours(++hour)));
        Measure("container", TimeSpan.FromSeconds(5), () => container.Read());
        Measure("assemblies", TimeSpan.FromSeconds(5), () => GC.KeepAlive(AppDomain.CurrentDomain.GetAssemblies().Length));
        GC.KeepAlive(heap);
        Console.WriteLine($"together {share:0.0000} % of a core (accepted: {AcceptedPercentage} %)");
        return share <= AcceptedPercentage ? 0 : 1;

        void Measure(string name, TimeSpan period, Action read)
        {
            double[] microseconds = new double[Rounds];
            read();
            for (int i = 0; i < Rounds; i++)
            {
                long start = Stopwatch.GetTimestamp();
                read();
                microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            Array.Sort(microseconds);
            double median = microseconds[Rounds / 2];
            double percentage = period > TimeSpan.Zero ? 100 * median / period.TotalMicroseconds : 0;
            share += percentage;
            Console.WriteLine($"{name,-24} {median,9:0.0} us {(period > TimeSpan.Zero ? $"{period.TotalSeconds:0} s" : "in row"),8} {percentage,14:0.0000} %");
        }
    }
}
