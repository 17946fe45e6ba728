using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>
/// What an idle host pays for MemGuard with everything at its defaults: processor time, resident memory and threads of a process with it and of one
/// without, side by side.
/// </summary>
internal static class IdleCostProgram
{
    private static readonly TimeSpan Settle = Effort.Of(TimeSpan.FromSeconds(5), least: TimeSpan.FromMilliseconds(200));

    private sealed record Figures(double CorePercentage, double ResidentMegabytes, int Threads);

    /// <summary>Arguments: [rounds, 10 by default] [seconds a round, 20 by default]; or: child with|without SECONDS.</summary>
    public static int Run(string[] args)
    {
        if (args is ["child", string kind, string length])
        {
            return RunChild(kind == "with", TimeSpan.FromSeconds(double.Parse(length, CultureInfo.InvariantCulture)));
        }

        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        string seconds = args.Length > 1 ? args[1] : "20";
        Console.WriteLine("| round | without: % of a core | with | without: resident MB | with | threads more |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        List<(Figures Without, Figures With)> pairs = [];
        for (int round = 1; round <= rounds; round++)
        {
            using Process without = Start("without", seconds);
            using Process with = Start("with", seconds);
            (Figures Without, Figures With) pair = (Read(without), Read(with));
            pairs.Add(pair);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {round} | {pair.Without.CorePercentage:0.00} | {pair.With.CorePercentage:0.00} | {pair.Without.ResidentMegabytes:0.0} | {pair.With.ResidentMegabytes:0.0} | {pair.With.Threads - pair.Without.Threads} |"));
        }

        double core = Median.Of(pairs.Select(static pair => pair.With.CorePercentage - pair.Without.CorePercentage));
        double resident = Median.Of(pairs.Select(static pair => pair.With.ResidentMegabytes - pair.Without.ResidentMegabytes));
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Median of the differences: {core:0.00} % of a core (accepted: 0.5), {resident:0.0} MB resident (accepted: 6)."));
        return core <= 0.5 && resident <= 6 ? 0 : 1;
    }

    private static Process Start(string kind, string seconds) =>
        Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(IdleCostProgram).Assembly.Location, "program", "idle-cost", "child", kind, seconds]) { RedirectStandardOutput = true })!;

    private static Figures Read(Process process)
    {
        string[] cells = process.StandardOutput.ReadToEnd().Trim().Split(' ');
        process.WaitForExit();
        return new Figures(double.Parse(cells[0], CultureInfo.InvariantCulture), double.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture));
    }

    private static int RunChild(bool isWatched, TimeSpan length)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = ["--Logging:LogLevel:Default=None"] });
        if (isWatched)
        {
            Watch(builder.Services);
        }

        using IHost host = builder.Build();
        host.StartAsync().GetAwaiter().GetResult();
        Thread.Sleep(Settle);
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(length);
        double percentage = 100 * (Environment.CpuUsage.TotalTime - used) / Stopwatch.GetElapsedTime(start);

        // Before anything is taken down: what a host pays while it idles.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{percentage:0.0000} {Environment.WorkingSet / 1048576.0:0.00} {Process.GetCurrentProcess().Threads.Count}"));
        host.StopAsync().GetAwaiter().GetResult();
        return isWatched == IsLoaded() ? 0 : throw new InvalidOperationException("MemGuard is to be loaded where it is added, and nowhere else.");
    }

    // A call of its own: the host without MemGuard does not load it either.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Watch(IServiceCollection services) => services.AddMemGuard().AddHeapSnapshots();

    private static bool IsLoaded() => AppDomain.CurrentDomain.GetAssemblies().Any(static assembly => assembly.GetName().Name is "MemGuard" or "MemGuard.HeapSnapshots");
}
