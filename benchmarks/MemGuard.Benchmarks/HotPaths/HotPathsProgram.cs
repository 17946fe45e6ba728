using System.Diagnostics;
using System.Globalization;

namespace MemGuard.Benchmarks.HotPaths;

/// <summary>
/// The operations that a change must not make slower, one line each: name, nanoseconds, nanoseconds of processor time and bytes an
/// operation, parted by tabs.
/// benchmarks/side-by-side compiles these files against an older commit as well and runs both in turn: nothing here may name what that lacks.
/// </summary>
internal static class HotPathsProgram
{
    private static readonly int Slices = Effort.Of(7, least: 1);
    private static readonly TimeSpan Settle = Effort.Of(TimeSpan.FromMilliseconds(150), least: TimeSpan.FromMilliseconds(1));

    /// <summary>Arguments: [part of a figure's name], or: compare OLD NEW, two files of such lines.</summary>
    public static int Run(string[] args)
    {
        if (args is ["compare", string old, string present])
        {
            return HotPathsComparison.Print(old, present);
        }

        string filter = args is [string part, ..] ? part : "";
        foreach (HotPath path in CachePaths.Create().Concat(QueuePaths.Create()).Concat(SamplerPath.Create()).Where(path => path.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            (double nanoseconds, double cpu, double bytes) = Measure(path);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path.Name}\t{nanoseconds:0.000}\t{cpu:0.000}\t{bytes:0.000}"));
        }

        return 0;
    }

    private static (double Nanoseconds, double CpuNanoseconds, double Bytes) Measure(HotPath path)
    {
        int operations = Effort.Of(path.Operations, least: 1000);
        // The runtime compiles a method for good after 30 calls, in the background.
        for (int call = 0; call < Effort.Of(40, least: 1); call++)
        {
            path.Run(Math.Max(operations / 1000, 1));
        }

        for (int warmUp = 0; warmUp < Effort.Of(3, least: 1); warmUp++)
        {
            Thread.Sleep(Settle);
            path.Run(operations);
        }

        double[] nanoseconds = new double[Slices];
        double[] cpu = new double[Slices];
        double[] bytes = new double[Slices];
        for (int slice = 0; slice < Slices; slice++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan used = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            path.Run(operations);
            nanoseconds[slice] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
            cpu[slice] = (Environment.CpuUsage.TotalTime - used).TotalNanoseconds / operations;
            bytes[slice] = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / operations;
        }

        return (GetMedian(nanoseconds), GetMedian(cpu), GetMedian(bytes));
    }

    private static double GetMedian(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
