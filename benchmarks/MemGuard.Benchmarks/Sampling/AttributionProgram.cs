using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using MemGuard.Containers;
using MemGuard.Sampling;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>
/// Takes 200 MB in fifteen ways, each in a process of its own, and compares what the ledger says with the truth: what the way must
/// have added to each kind, or where that is not known beforehand, what the kernel's own list of maps says.
/// </summary>
internal static class AttributionProgram
{
    private const long MB = 1 << 20;
    private const double LargestErrorMB = 5;
    private const double LargestSumErrorMB = 2;

    public static int Run(string[] args)
    {
        if (args is ["child", string scenario, string childSize])
        {
            return Child(scenario, int.Parse(childSize));
        }

        int size = args is [string given] ? int.Parse(given) : 200;
        Console.WriteLine($"Change of each kind in MB after taking {size} MB; error = largest difference from the truth (accepted: {LargestErrorMB}); sum = ledger less working set (accepted: {LargestSumErrorMB})");
        Console.WriteLine();
        Console.WriteLine("| scenario | working set | GC heap | malloc used | malloc free | other anonymous | shared | file | cut | error | sum |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|");
        int failures = 0;
        foreach (string name in AttributionScenarios.All.Keys)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!, ["program", "attribution", "child", name, $"{size}"]) { RedirectStandardOutput = true };
            using Process child = Process.Start(start)!;
            string row = child.StandardOutput.ReadToEnd().Trim();
            child.WaitForExit();
            Console.WriteLine(row.Length > 0 ? row : $"| {name} | failed with exit code {child.ExitCode} |");
            failures += child.ExitCode == 0 ? 0 : 1;
        }

        Console.WriteLine();
        Console.WriteLine(failures == 0 ? "all within the accepted error" : $"{failures} scenarios outside the accepted error");
        return failures == 0 ? 0 : 1;
    }

    private static int Child(string name, int size)
    {
        AttributionScenario scenario = AttributionScenarios.All[name];
        LedgerReader reader = new(SystemFiles.Instance, new HeapPages(SystemFiles.Instance), INativeHeap.OfProcess(), TimeProvider.System);

        // Before the first row: what the measuring itself takes.
        for (int i = 0; i < 3; i++)
        {
            Measure(reader, 0);
            GC.Collect();
        }

        (MemoryLedger before, SmapsTruth mapsBefore, _) = Measure(reader, 1);
        object? kept = scenario.Take(size);
        (MemoryLedger after, SmapsTruth mapsAfter, double sumError) = Measure(reader, 2);
        GC.KeepAlive(kept);

        double heap = Delta(before.GCHeapBytes, after.GCHeapBytes);
        double used = Delta(before.NativeAllocatedBytes, after.NativeAllocatedBytes);
        double free = Delta(before.NativeFreeBytes, after.NativeFreeBytes);
        double other = Delta(before.OtherAnonymousBytes, after.OtherAnonymousBytes);
        double shared = Delta(before.SharedMemoryBytes, after.SharedMemoryBytes);
        double file = Delta(before.FileBytes, after.FileBytes);

        double error = Math.Max(
            Math.Abs(heap - Delta(mapsBefore.GCHeapBytes, mapsAfter.GCHeapBytes)),
            Math.Max(
                Math.Abs(shared - Delta(mapsBefore.SharedBytes, mapsAfter.SharedBytes)),
                Math.Abs(file - Delta(mapsBefore.FileBytes, mapsAfter.FileBytes))));
        if (scenario.Expected is { } expected)
        {
            foreach ((double seen, double truth) in (ReadOnlySpan<(double, double)>)
                [(heap, expected.GCHeap), (used, expected.Used), (free, expected.Free), (other, expected.Other), (shared, expected.Shared), (file, expected.File)])
            {
                error = Math.Max(error, Math.Abs(seen - (truth * size)));
            }
        }

        double total = Delta(before.WorkingSetBytes, after.WorkingSetBytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {total:0.0} | {heap:0.0} | {used:0.0} | {free:0.0} | {other:0.0} | {shared:0.0} | {file:0.0} | {(after.IsNativeCut ? "yes" : "no")} | {error:0.0} | {sumError:0.00} |"));
        return error <= LargestErrorMB && Math.Abs(sumError) <= LargestSumErrorMB ? 0 : 1;
    }

    private static double Delta(long? before, long? after) => ((after ?? 0) - (before ?? 0)) / (double)MB;

    private static (MemoryLedger Ledger, SmapsTruth Truth, double SumErrorMB) Measure(LedgerReader reader, int hour)
    {
        SmapsTruth.Capture();
        MemoryLedger ledger = reader.Read(TimeSpan.FromHours(hour))!;
        SmapsTruth truth = SmapsTruth.Read();
        return (ledger, truth, (ledger.WorkingSetBytes - truth.TotalBytes) / (double)MB);
    }
}
