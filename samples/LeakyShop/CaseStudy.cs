using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LeakyShop;

/// <summary>
/// The whole story: the shop leaks, MemGuard says so, the fixed shop stays flat. Each phase is a process of its own, as a deployment would be.
/// </summary>
internal static class CaseStudy
{
    private static readonly TimeSpan FixedPhase = TimeSpan.FromSeconds(50);

    public static async Task<int> RunAsync(ShopArguments arguments)
    {
        Console.WriteLine("1 of 2  The leaky shop runs until MemGuard confirms the leak.");
        (int leakyExit, PhaseReport? leaky) = await RunPhaseAsync(arguments, "--leak", "cache");
        Console.WriteLine();
        Console.WriteLine("2 of 2  The fixed shop runs under the same load.");
        string seconds = FixedPhase.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        (int fixedExit, PhaseReport? repaired) = await RunPhaseAsync(arguments, "--leak", "cache", "--fixed", "--duration", seconds);
        if (leaky is null || repaired is null)
        {
            Console.WriteLine("A phase ended without its figures.");
            return 1;
        }

        Console.WriteLine();
        PrintTable(leaky, repaired);
        LedgerTable.Print(("leaky", leaky.LedgerEnd), ("fixed", repaired.LedgerEnd));
        Console.WriteLine(leakyExit == 0 ? "The leak was confirmed." : "The leak was NOT confirmed.");
        Console.WriteLine(repaired.IsFlat && fixedExit == 0 ? "The fix holds: the heap is flat." : "The fix does NOT hold.");
        return leakyExit == 0 && fixedExit == 0 && repaired.IsFlat ? 0 : 1;
    }

    private static async Task<(int ExitCode, PhaseReport? Report)> RunPhaseAsync(ShopArguments arguments, params string[] phase)
    {
        string report = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string self = Environment.ProcessPath!;
        ProcessStartInfo start = new(self);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CaseStudy).Assembly.Location);
        }

        string[] shared = arguments.Json ? ["--json", "--report-to", report] : ["--report-to", report];
        foreach (string argument in phase.Concat(shared))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return (process.ExitCode, File.Exists(report) ? JsonSerializer.Deserialize<PhaseReport>(await File.ReadAllTextAsync(report)) : null);
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static void PrintTable(PhaseReport leaky, PhaseReport repaired)
    {
        Console.WriteLine($"{"",-32}{"leaky",14}{"fixed",14}");
        Row("live heap at the end, MB", leaky, repaired, static phase => phase.LiveHeapEndBytes / 1048576.0);
        Row("live heap growth, MB/min", leaky, repaired, static phase => phase.HeapGrowthBytesPerMinute / 1048576.0);
        Row("working set, MB", leaky, repaired, static phase => phase.WorkingSetBytes / 1048576.0);
        Row("gen2 collections a minute", leaky, repaired, static phase => phase.Gen2PerMinute);
        Row("GC pause, ms a minute", leaky, repaired, static phase => phase.PauseMillisecondsPerMinute);
        Row("p99 latency, ms", leaky, repaired, static phase => phase.P99Milliseconds);
    }

    private static void Row(string name, PhaseReport leaky, PhaseReport repaired, Func<PhaseReport, double> value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32}{value(leaky),14:0.0}{value(repaired),14:0.0}"));
}
