using System.Text.Json;
using LeakyShop.Scenarios;
using MemGuard;
using MemGuard.Alerts;
using MemGuard.Limits;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace LeakyShop;

/// <summary>One run of one scenario: start the shop, drive the load, watch, judge.</summary>
internal static class ShopRun
{
    // The shop starts up and warms up before the first measurement, in every run alike.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QuietRun = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestWaitForAlert = TimeSpan.FromSeconds(115);

    public static async Task<int> RunAsync(ShopArguments arguments)
    {
        AlertRecorder recorder = new(arguments);
        await using WebApplication app = ShopHost.Build(arguments, recorder);
        await app.StartAsync();
        Uri address = ShopHost.AddressOf(app);
        if (arguments.Serve)
        {
            Console.WriteLine($"LeakyShop serves {address}users/{{id}} ({arguments.Scenario?.Name ?? "cache"}). The page: {address}memguard/. Stop it with Ctrl+C.");
            await app.WaitForShutdownAsync();
            arguments.Scenario?.End();
            return 0;
        }

        Scenario scenario = arguments.Scenario!;
        Console.WriteLine($"[{scenario.Name}{(arguments.Fixed ? ", fixed" : "")}] {(arguments.Fixed ? "the same load on the fixed path" : scenario.Story)}; {scenario.RequestsPerSecond} requests/s, {(scenario.MemoryLimitBytes is long limit ? $"limit {limit >> 20} MB" : "no limit")}");
        using StructureMeter structures = new();
        PhaseReport report = await DriveAsync(arguments, scenario, app, address, recorder, structures);
        Console.WriteLine(report.ToLine());
        LedgerTable.Print(("start", report.LedgerStart), ("end", report.LedgerEnd));
        structures.Print();
        if (arguments.ReportTo is { } path)
        {
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report));
        }

        await app.StopAsync();
        scenario.End();
        return Math.Max(Judge(arguments, scenario, recorder), arguments.Fixed ? JudgeFix(scenario, report, structures) : 0);
    }

    private static async Task<PhaseReport> DriveAsync(ShopArguments arguments, Scenario scenario, WebApplication app, Uri address, AlertRecorder recorder, StructureMeter structures)
    {
        IMemoryMonitor monitor = app.Services.GetRequiredService<IMemoryMonitor>();
        using LoadDriver load = new(address, scenario.RequestsPerSecond);
        using CancellationTokenSource stop = new();
        Task driving = load.RunAsync(stop.Token);
        TimeSpan duration = arguments.Duration ?? (arguments.Fixed ? null : scenario.LongestRun) ?? (scenario.Expected == MemoryProblem.None || arguments.Fixed ? QuietRun : LongestWaitForAlert);
        Task end = Task.Delay(duration);
        Console.WriteLine($"  {SettleTime.TotalSeconds:0} s to start and settle …");
        await Task.WhenAny(Task.Delay(SettleTime), end);
        PhaseMeter meter = new(monitor);
        Task enough = arguments.Duration is null && !scenario.MustEscalate ? recorder.ExpectedSeen : end;
        while (!end.IsCompleted && !enough.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(ProgressInterval), end, enough);
            Console.WriteLine(Progress(monitor, load));
        }

        structures.Read();
        await stop.CancelAsync();
        await driving;
        return meter.Finish(load);
    }

    private static string Progress(IMemoryMonitor monitor, LoadDriver load)
    {
        static string Megabytes(long? bytes) => bytes is { } known ? $"{known / 1048576.0,6:0.0} MB" : "  unknown";
        return monitor.Latest is { } sample
            ? $"  {sample.Elapsed.TotalSeconds,4:0} s  heap {Megabytes(sample.TotalMemoryBytes)}  live {Megabytes(sample.Gen2LiveBytes)}  unmanaged {Megabytes(sample.UnmanagedBytes)}  working set {Megabytes(sample.WorkingSetBytes)}  {load.Sent:N0} requests, {load.Failed} failed  {monitor.Diagnose().Problem}"
            : $"  {load.Sent:N0} requests, no sample yet";
    }

    private static int Judge(ShopArguments arguments, Scenario scenario, AlertRecorder recorder)
    {
        MemoryProblem expected = arguments.Fixed ? MemoryProblem.None : scenario.Expected;
        MemoryAlert[] confirmed = [.. recorder.Alerts.Where(static alert => alert.Stage == AlertStage.Confirmed)];
        if (scenario.MustStaySilent)
        {
            Console.WriteLine(recorder.Alerts.Count == 0 ? "OK: no alert of any stage, as it should be." : $"WRONG: {recorder.Alerts.Count} alert(s).");
            return recorder.Alerts.Count == 0 ? 0 : 1;
        }

        if (expected == MemoryProblem.None)
        {
            Console.WriteLine(confirmed.Length == 0 ? "OK: nothing was confirmed, as it should be." : $"WRONG: {confirmed[0].Problem} was confirmed.");
            return confirmed.Length == 0 ? 0 : 1;
        }

        MemoryAlert? seen = recorder.Alerts.FirstOrDefault(alert => alert.Problem == expected && alert.Stage == scenario.ExpectedStage);
        bool right = seen is not null && recorder.Alerts.All(alert => alert.Problem == expected) && (!scenario.MustEscalate || HasEscalated(confirmed));
        Console.WriteLine(right
            ? $"OK: {expected} was {scenario.ExpectedStage} {seen!.Elapsed.TotalSeconds:0} s after the start."
            : $"WRONG: expected {expected} to be {scenario.ExpectedStage}, got: {(recorder.Alerts.Count == 0 ? "nothing" : string.Join(", ", recorder.Alerts.Select(static alert => $"{alert.Problem} {alert.Stage}")))}.");
        return right ? 0 : 1;
    }

    private static bool HasEscalated(MemoryAlert[] confirmed)
    {
        MemoryUsage usage = MemoryUsage.Of(confirmed[0].Diagnosis.Sample);
        Console.WriteLine($"  confirmed at {usage.Ratio:P0} of the limit, {confirmed.Length} confirmed line(s).");
        return usage.Ratio < 0.7 && confirmed.Length > 1;
    }

    private static int JudgeFix(Scenario scenario, PhaseReport report, StructureMeter structures)
    {
        bool isListed = scenario.Structure is not { } name || structures.Names.Any(listed => listed.StartsWith(name, StringComparison.Ordinal));
        Console.WriteLine(report.IsFlat ? "OK: the live heap is flat." : "WRONG: the live heap is not flat.");
        if (scenario.Structure is not null)
        {
            Console.WriteLine(isListed ? $"OK: {scenario.Structure} is listed in memguard.bounded.*." : $"WRONG: {scenario.Structure} is not listed in memguard.bounded.*.");
        }

        return report.IsFlat && isListed ? 0 : 1;
    }
}
