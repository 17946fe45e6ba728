using System.Diagnostics;

namespace MemGuard.Benchmarks.Queue;

/// <summary>One side of a comparison: runs a number of operations.</summary>
internal delegate void Workload(int operations);

/// <summary>What one side cost: medians over the rounds.</summary>
internal sealed record WorkloadCost(double Nanoseconds, double CpuNanoseconds, double Bytes);

/// <summary>Measures a yardstick and a contender in turn within one process, so that noise of the machine hits both.</summary>
internal static class InterleavedRounds
{
    // A multiple of every batch and window that the workloads use.
    private const int LeastOperations = 6400;

    public static readonly int Rounds = Effort.Of(11, least: 1);

    public static (WorkloadCost Yardstick, WorkloadCost Contender, double Ratio, double CpuRatio) Measure(int operations, Workload yardstick, Workload contender, int? rounds = null)
    {
        operations = Effort.Of(operations, least: Math.Min(operations, LeastOperations));
        // The runtime compiles a method for good after 30 calls. A loop called less often stays in the makeshift code it got while it ran.
        for (int call = 0; call < Effort.Of(40, least: 1); call++)
        {
            yardstick(Math.Max(operations / 1000, 1));
            contender(Math.Max(operations / 1000, 1));
        }

        for (int warmUp = 0; warmUp < Effort.Of(3, least: 1); warmUp++)
        {
            yardstick(operations);
            contender(operations);
            // Lets tiered compilation install its last code.
            Thread.Sleep(120);
        }

        List<WorkloadCost> first = [];
        List<WorkloadCost> second = [];
        for (int round = 0; round < (rounds ?? Rounds); round++)
        {
            // Alternating order: neither side always runs on the warmer machine.
            if (round % 2 == 0)
            {
                first.Add(MeasureOnce(operations, yardstick));
                second.Add(MeasureOnce(operations, contender));
            }
            else
            {
                second.Add(MeasureOnce(operations, contender));
                first.Add(MeasureOnce(operations, yardstick));
            }
        }

        double[] ratios = [.. first.Zip(second, static (a, b) => b.Nanoseconds / a.Nanoseconds)];
        double[] cpuRatios = [.. first.Zip(second, static (a, b) => b.CpuNanoseconds / a.CpuNanoseconds)];
        return (GetMedians(first), GetMedians(second), GetMedian(ratios), GetMedian(cpuRatios));
    }

    public static double GetMedian(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static WorkloadCost MeasureOnce(int operations, Workload workload)
    {
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        workload(operations);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        TimeSpan cpuUsed = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new WorkloadCost(elapsed.TotalNanoseconds / operations, cpuUsed.TotalNanoseconds / operations, (double)bytes / operations);
    }

    private static WorkloadCost GetMedians(List<WorkloadCost> costs) => new(
        GetMedian([.. costs.Select(static cost => cost.Nanoseconds)]),
        GetMedian([.. costs.Select(static cost => cost.CpuNanoseconds)]),
        GetMedian([.. costs.Select(static cost => cost.Bytes)]));
}
