using System.Diagnostics;
using System.Globalization;
using System.Text;
using MemGuard.Bounded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Prometheus;

namespace MemGuard.Exporters.Tests.Prometheus;

/// <summary>A service with MemGuard and both exporters, scraped as Prometheus does it.</summary>
public sealed class ScrapedShop : IAsyncLifetime
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly BoundedCache<int, int> _cache = new(new() { Name = "users", Capacity = 10, Weigher = static (_, _) => 2, MaxWeight = 100, TimeToLive = TimeSpan.FromHours(1) });
    private WebApplication? _app;
    private IDisposable? _adapter;
    private HttpClient? _client;

    /// <summary>OpenTelemetry's text.</summary>
    public string OpenTelemetryText { get; private set; } = "";

    /// <summary>The text of prometheus-net.</summary>
    public string PrometheusNetText { get; private set; } = "";

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddMemGuard(static options => (options.BlackBox, options.MemoryLimitBytes) = (false, 1L << 40));
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter("MemGuard").AddPrometheusExporter(static options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        _app = builder.Build();
        _app.MapPrometheusScrapingEndpoint();
        await _app.StartAsync();
        _adapter = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = _registry,
            MetricFactory = Metrics.WithCustomRegistry(_registry),
            InstrumentFilterPredicate = static instrument => instrument.Meter.Name == "MemGuard",
        });
        _client = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        _cache.Set(1, 1);
        _cache.TryGetValue(1, out _);
        long start = Stopwatch.GetTimestamp();
        do
        {
            // The first sample, and with it the ledger, is taken on a thread of its own.
            OpenTelemetryText = await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        }
        while (!OpenTelemetryText.Contains("memguard_gc_heap_current_bytes", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(start) < Patience);

        using MemoryStream text = new();
        await _registry.CollectAndExportAsTextAsync(text);
        PrometheusNetText = Encoding.UTF8.GetString(text.ToArray());
    }

    public async Task DisposeAsync()
    {
        _adapter?.Dispose();
        _client?.Dispose();
        _cache.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>The families of a text with their types.</summary>
    internal static Dictionary<string, string> ReadTypes(string text) =>
        text.Split('\n').Where(static line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static line => line.Split(' ')).ToDictionary(static words => words[2], static words => words[3]);

    /// <summary>The value of the first series that begins so.</summary>
    internal static double? ReadValue(string text, string series) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(series, StringComparison.Ordinal)) is { } found
            ? double.Parse(found[(found.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)
            : null;
}
