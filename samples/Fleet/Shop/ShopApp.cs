using MemGuard;
using OpenTelemetry.Metrics;

namespace Fleet.Shop;

/// <summary>A small service as one would write it, with MemGuard and OpenTelemetry's Prometheus exporter.</summary>
internal static class ShopApp
{
    private const long MemoryLimitBytes = 512L << 20;

    /// <summary>Runs until a signal, or until its input ends: then whoever started it is done with it, or gone.</summary>
    public static async Task RunAsync(string address, Func<int, string> find)
    {
        await using WebApplication app = Build(address, find);
        await app.StartAsync();
        await using Stream input = Console.OpenStandardInput();
        await Task.WhenAny(app.WaitForShutdownAsync(), input.CopyToAsync(Stream.Null));
        await app.StopAsync();
    }

    public static WebApplication Build(string address, Func<int, string> find)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddMemGuard(static options => options.MemoryLimitBytes = MemoryLimitBytes)
            // A service keeps the default; a sample may be run dozens of times a day, and each run is to name the field.
            .AddHeapSnapshots(static options => options.MaxPerDay = 1000);
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("MemGuard", "Microsoft.AspNetCore.Hosting")
            .AddPrometheusExporter(static options => options.ScrapeResponseCacheDurationMilliseconds = 0));

        WebApplication app = builder.Build();
        app.MapGet("/products/{id:int}", find);
        app.MapPrometheusScrapingEndpoint();
        return app;
    }
}
