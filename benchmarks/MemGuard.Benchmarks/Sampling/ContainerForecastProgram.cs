using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MemGuard.Alerts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>
/// Lets a child leak in a real 256 MB memory control group (first generation; needs the right to make one) until it dies, and compares each
/// time to the limit that MemGuard forecast with the time that was really left.
/// </summary>
internal static class ContainerForecastProgram
{
    private const long LimitBytes = 256L << 20;
    private const double LargestAcceptedFactor = 2;

    private static readonly string[] Kinds = ["native", "managed"];

    public static int Run(string[] args)
    {
        if (args is ["child", string kind])
        {
            return Leak(kind == "native");
        }

        if (!MemoryGroup.IsPossible)
        {
            Console.WriteLine("skipped: there is no memory controller of the first generation here");
            return 0;
        }

        Console.WriteLine("| growth | alert | at | forecast | really left | factor | exit code |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|");
        bool[] results = [.. Kinds.AsParallel().Select(Watch)];
        return results.All(static right => right) ? 0 : 1;
    }

    private static bool Watch(string kind)
    {
        using MemoryGroup group = new(kind, LimitBytes);
        Stopwatch clock = Stopwatch.StartNew();
        using Process child = group.Start(["container-forecast", "child", kind], []);
        List<(string Stage, TimeSpan At, double Forecast)> forecasts = [];
        while (child.StandardOutput.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words is ["forecast", string stage, string seconds])
            {
                forecasts.Add((stage, clock.Elapsed, double.Parse(seconds, CultureInfo.InvariantCulture)));
            }
        }

        child.WaitForExit();
        TimeSpan end = clock.Elapsed;
        bool isRight = forecasts.Count > 0;
        foreach ((string stage, TimeSpan at, double forecast) in forecasts)
        {
            double left = (end - at).TotalSeconds;
            double factor = Math.Max(forecast / left, left / forecast);
            isRight &= factor <= LargestAcceptedFactor;
            Console.WriteLine($"| {kind} | {stage} | {at.TotalSeconds:0} s | {forecast:0} s | {left:0} s | {factor:0.00} | {child.ExitCode} |");
        }

        if (forecasts.Count == 0)
        {
            Console.WriteLine($"| {kind} | none | {end.TotalSeconds:0} s | - | - | - | {child.ExitCode} |");
        }

        return isRight;
    }

    private static int Leak(bool isNative)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMemGuard().AddAlertHandler(new Printer());
        using IHost host = builder.Build();
        host.Start();
        List<byte[]> kept = [];

        // 1.5 MB a second, in blocks that are no large objects.
        int pauseMilliseconds = Effort.Of(40, least: 1);
        for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromMinutes(6); Thread.Sleep(pauseMilliseconds))
        {
            if (isNative)
            {
                TakeNative();
            }
            else
            {
                kept.Add(new byte[60_000]);
            }
        }

        GC.KeepAlive(kept);
        return 0;
    }

    private static unsafe void TakeNative() => new Span<byte>(NativeMemory.Alloc(60_000), 60_000).Fill(1);

    private sealed class Printer : IMemoryAlertHandler
    {
        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
        {
            if (alert.Diagnosis.TimeToLimit is TimeSpan left && alert.Stage != AlertStage.Resolved)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"forecast {alert.Stage} {left.TotalSeconds}"));
            }

            return ValueTask.CompletedTask;
        }
    }
}
