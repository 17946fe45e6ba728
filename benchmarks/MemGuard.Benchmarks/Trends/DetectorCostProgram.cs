using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Benchmarks.Trends;

/// <summary>What the detector costs: time and bytes a sample over days of samples, and the size of its state.</summary>
internal static class DetectorCostProgram
{
    private static readonly int Samples = Effort.Of(400_000, least: 4_000);
    private const long Megabyte = 1 << 20;

    public static int Run(string[] args)
    {
        int rounds = args is [string text, ..] ? int.Parse(text) : 5;
        long before = GC.GetAllocatedBytesForCurrentThread();
        TrendDetector measured = new(new TrendSettings());
        long state = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(measured);
        Console.WriteLine($"state: {state / 1024.0:0.0} KB (target 64)");
        Measure("steady service, 1 s", rounds, 1, static t => 100 + (10 * Math.Sin(t / 700)));
        Measure("steady service, 10 s", rounds, 10, static t => 100 + (10 * Math.Sin(t / 700)));
        Measure("slow growth, 1 s", rounds, 1, static t => 100 + (t / 2000));
        return 0;
    }

    private static void Measure(string name, int rounds, int interval, Func<double, double> live)
    {
        MemorySample[] samples = [.. Enumerable.Range(1, Samples).Select(i => Sample((double)i * interval, live))];
        double best = double.PositiveInfinity;
        long allocated = long.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            TrendDetector detector = new(new TrendSettings());
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan start = Environment.CpuUsage.TotalTime;
            foreach (MemorySample sample in samples)
            {
                detector.Observe(sample);
            }

            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalNanoseconds / Samples);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }

        Console.WriteLine($"{name,-22} {best / 1000:0.00} µs a sample (target 2), {(double)allocated / Samples:0.00} bytes a sample, best of {rounds}");
    }

    private static MemorySample Sample(double time, Func<double, double> live)
    {
        long full = (long)(time / 30);
        long heap = (long)(live(time) * Megabyte);
        return new MemorySample
        {
            Elapsed = TimeSpan.FromSeconds(time),
            GCIndex = (long)time,
            HeapSizeBytes = heap + (5 * Megabyte),
            FullCollectionIndex = full,
            Gen2LiveBytes = (long)(live(full * 30) * Megabyte),
            Gen2FragmentedBytes = Megabyte,
            TotalMemoryBytes = heap,
            TotalCommittedBytes = heap + (20 * Megabyte),
            TotalAllocatedBytes = (long)(time * Megabyte),
            Gen0CollectionCount = (long)time,
            Gen2CollectionCount = full,
            TotalPauseDuration = TimeSpan.FromMilliseconds(time),
            AnonymousBytes = heap + (long)((70 + Math.Sin(time / 50)) * Megabyte),
            WorkingSetBytes = heap + (130 * Megabyte),
            MemoryLimitBytes = 1024 * Megabyte,
            NativeAllocatedBytes = 30 * Megabyte,
            NativeFreeBytes = 5 * Megabyte,
            TimerCount = 5,
            AssemblyCount = 120,
            FinalizerLag = TimeSpan.Zero,
        };
    }
}
