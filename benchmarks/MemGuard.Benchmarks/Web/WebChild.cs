using System.Diagnostics;
using System.Globalization;
using MemGuard.Evidence;
using MemGuard.Sampling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard.Benchmarks.Web;

/// <summary>A small web application in a process of its own: bare, with MemGuard, or with its page as well. It answers with its own figures.</summary>
internal sealed class WebChild : IDisposable
{
    public const string Bare = "bare";
    public const string Watched = "watched";
    public const string Mapped = "mapped";

    /// <summary>With a load signal of its own, so that MemGuard counts no requests.</summary>
    public const string Uncounted = "uncounted";

    /// <summary>Mapped, and turned on and off while it runs.</summary>
    public const string Switched = "switched";

    private readonly Process _process;

    private WebChild(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>What the process says of itself.</summary>
    /// <param name="CpuSeconds">Processor time since its start.</param>
    /// <param name="ResidentBytes">Resident memory after a full collection that gives free memory back.</param>
    /// <param name="LiveBytes">Of the managed heap, after a full collection.</param>
    /// <param name="AllocatedBytes">Since the start.</param>
    /// <param name="LatestSampleMilliseconds">The largest lateness of a sample since the last question; null without MemGuard.</param>
    public sealed record Figures(double CpuSeconds, long ResidentBytes, long LiveBytes, long AllocatedBytes, double? LatestSampleMilliseconds);

    /// <param name="program">The program of this project that serves when it is asked to.</param>
    /// <param name="kind"><see cref="Bare"/>, <see cref="Watched"/>, <see cref="Mapped"/>, <see cref="Uncounted"/> or <see cref="Switched"/>.</param>
    public static WebChild Start(string program, string kind)
    {
        ProcessStartInfo start = new("dotnet", ["exec", typeof(WebChild).Assembly.Location, "program", program, "serve", kind]) { RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        return new WebChild(process, new Uri(process.StandardOutput.ReadLine()!));
    }

    /// <summary>Serves until it is killed.</summary>
    public static int Serve(string kind)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (kind != Bare)
        {
            builder.Services.AddMemGuard(options =>
            {
                options.LogGarbageCollections = GarbageCollectionLogging.All;
                options.LoadSignal = kind == Uncounted ? static () => 0 : null;
            }).AddHeapSnapshots();
        }

        bool isMapped = kind is Mapped or Switched;
        if (isMapped)
        {
            builder.Services.AddHealthChecks().AddMemGuard();
        }

        WebApplication app = builder.Build();
        app.MapGet("/orders/{id:int}", static (int id) => $"order {id}, {new string('.', 200)}");
        app.MapGet("/figures", (HttpContext context) => Tell(context.RequestServices.GetService<IMemoryMonitor>()));
        app.MapGet("/switch/{isOn:bool}", (bool isOn) => Switch(app, isOn));
        if (isMapped)
        {
            app.MapMemGuard().AllowWithoutAuthorization();
            app.MapHealthChecks("/health");
        }

        app.Start();
        Console.WriteLine(app.Urls.First());
        app.WaitForShutdown();
        return 0;
    }

    public async Task<Figures> ReadAsync(HttpClient client)
    {
        string[] cells = (await client.GetStringAsync(new Uri(Address, "figures"))).Split(' ');
        return new Figures(
            double.Parse(cells[0], CultureInfo.InvariantCulture),
            long.Parse(cells[1], CultureInfo.InvariantCulture),
            long.Parse(cells[2], CultureInfo.InvariantCulture),
            long.Parse(cells[3], CultureInfo.InvariantCulture),
            double.TryParse(cells[4], CultureInfo.InvariantCulture, out double lateness) ? lateness : null);
    }

    /// <summary>Turns MemGuard on or off in the running process.</summary>
    public Task<string> SwitchAsync(HttpClient client, bool isOn) => client.GetStringAsync(new Uri(Address, $"switch/{isOn}"));

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    // As a configuration file that is edited does.
    private static string Switch(WebApplication app, bool isOn)
    {
        app.Configuration["MemGuard:Enabled"] = isOn.ToString();
        ((IConfigurationRoot)app.Configuration).Reload();
        return app.Services.GetRequiredService<IOptionsMonitor<MemGuardOptions>>().CurrentValue.Enabled.ToString();
    }

    private static string Tell(IMemoryMonitor? monitor)
    {
        // Gives back what the collector keeps in reserve: how much that is depends on when it collected last, by several megabytes.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.CpuUsage.TotalTime.TotalSeconds:R} {Environment.WorkingSet} {GC.GetTotalMemory(forceFullCollection: false)} {GC.GetTotalAllocatedBytes()} {(monitor is null ? "-" : LongestGap(monitor).ToString("R", CultureInfo.InvariantCulture))}");
    }

    // What a sample came later than the interval after the one before it, at most, in the last minute.
    private static double LongestGap(IMemoryMonitor monitor)
    {
        IReadOnlyList<MemorySample> history = monitor.GetHistory();
        double longest = 0;
        for (int i = Math.Max(1, history.Count - 60); i < history.Count; i++)
        {
            longest = Math.Max(longest, (history[i].Elapsed - history[i - 1].Elapsed).TotalMilliseconds - 1000);
        }

        return longest;
    }
}
