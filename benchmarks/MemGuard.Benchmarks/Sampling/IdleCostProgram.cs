using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>
/// What an idle host pays for MemGuard with everything at its defaults: processor time, resident memory and threads of processes with it and of one
/// without, side by side.
/// </summary>
internal static class IdleCostProgram
{
    private const string Without = "without";
    private const string Core = "core";
    private const string Snapshots = "snapshots";
    private static readonly string[] Kinds = [Without, Core, Snapshots];
    private static readonly TimeSpan Settle = Effort.Of(TimeSpan.FromSeconds(5), least: TimeSpan.FromMilliseconds(200));

    private sealed record Figures(double CorePercentage, double ResidentMegabytes, int Threads);

    /// <summary>Arguments: [rounds, 10 by default] [seconds a round, 20 by default] [worker, the default, or web]; or: child worker|web KIND SECONDS.</summary>
    public static int Run(string[] args)
    {
        if (args is ["child", string childHost, string kind, string length])
        {
            return RunChild(childHost == "web", kind, TimeSpan.FromSeconds(double.Parse(length, CultureInfo.InvariantCulture)));
        }

        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        string seconds = args.Length > 1 ? args[1] : "20";
        string host = args.Length > 2 ? args[2] : "worker";
        if (host is not ("worker" or "web"))
        {
            Console.Error.WriteLine($"'{host}' is no host: worker or web.");
            return 2;
        }

        Console.WriteLine("| round | % of a core: without | AddMemGuard | and AddHeapSnapshots | resident MB: without | AddMemGuard | and AddHeapSnapshots | threads more |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        List<Figures[]> all = [];
        for (int round = 1; round <= rounds; round++)
        {
            Process[] processes = [.. Kinds.Select(kind => Start(host, kind, seconds))];
            Figures[] figures = [.. processes.Select(Read)];
            all.Add(figures);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {round} | {figures[0].CorePercentage:0.00} | {figures[1].CorePercentage:0.00} | {figures[2].CorePercentage:0.00} | {figures[0].ResidentMegabytes:0.0} | {figures[1].ResidentMegabytes:0.0} | {figures[2].ResidentMegabytes:0.0} | {figures[2].Threads - figures[0].Threads} |"));
        }

        Console.WriteLine();
        (double core, double resident) = Difference(all, 1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Median of the differences, AddMemGuard: {core:0.00} % of a core (accepted: 0.5), {resident:0.0} MB resident (accepted: 6)."));
        (double coreOfAll, double residentOfAll) = Difference(all, 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"And AddHeapSnapshots: {coreOfAll:0.00} % of a core, {residentOfAll:0.0} MB resident."));
        return core <= 0.5 && resident <= 6 ? 0 : 1;
    }

    private static (double CorePercentage, double ResidentMegabytes) Difference(List<Figures[]> all, int kind) => (
        Median.Of(all.Select(figures => figures[kind].CorePercentage - figures[0].CorePercentage)),
        Median.Of(all.Select(figures => figures[kind].ResidentMegabytes - figures[0].ResidentMegabytes)));

    private static Process Start(string host, string kind, string seconds) =>
        Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(IdleCostProgram).Assembly.Location, "program", "idle-cost", "child", host, kind, seconds]) { RedirectStandardOutput = true })!;

    private static Figures Read(Process process)
    {
        using (process)
        {
            string[] cells = process.StandardOutput.ReadToEnd().Trim().Split(' ');
            process.WaitForExit();
            return new Figures(double.Parse(cells[0], CultureInfo.InvariantCulture), double.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture));
        }
    }

    private static int RunChild(bool isWeb, string kind, TimeSpan length)
    {
        using IHost host = isWeb ? BuildWeb(kind) : BuildWorker(kind);
        host.StartAsync().GetAwaiter().GetResult();
        Thread.Sleep(Settle);
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(length);
        double percentage = 100 * (Environment.CpuUsage.TotalTime - used) / Stopwatch.GetElapsedTime(start);

        // Before anything is taken down: what a host pays while it idles.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{percentage:0.0000} {Environment.WorkingSet / 1048576.0:0.00} {Process.GetCurrentProcess().Threads.Count}"));
        host.StopAsync().GetAwaiter().GetResult();
        string[] expected = kind switch { Core => ["MemGuard"], Snapshots => ["MemGuard", "MemGuard.HeapSnapshots"], _ => [] };
        return FindLoaded().SequenceEqual(expected) ? 0 : throw new InvalidOperationException("MemGuard is to be loaded where it is added, and nowhere else.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IHost BuildWorker(string kind)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = ["--Logging:LogLevel:Default=None"] });
        Watch(builder.Services, kind);
        return builder.Build();
    }

    // With the default server, on a port of the system's choice.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WebApplication BuildWeb(string kind)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(["--Logging:LogLevel:Default=None", "--urls=http://127.0.0.1:0"]);
        Watch(builder.Services, kind);
        WebApplication app = builder.Build();
        app.MapGet("/", static () => "ok");
        return app;
    }

    private static void Watch(IServiceCollection services, string kind)
    {
        if (kind == Core)
        {
            AddCore(services);
        }
        else if (kind == Snapshots)
        {
            AddSnapshots(services);
        }
    }

    // Calls of their own: the host without MemGuard does not load it either.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddCore(IServiceCollection services) => services.AddMemGuard();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddSnapshots(IServiceCollection services) => services.AddMemGuard().AddHeapSnapshots();

    private static IEnumerable<string> FindLoaded() =>
        AppDomain.CurrentDomain.GetAssemblies().Select(static assembly => assembly.GetName().Name!).Where(static name => name is "MemGuard" or "MemGuard.HeapSnapshots").Order(StringComparer.Ordinal);
}
