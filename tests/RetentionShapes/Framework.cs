using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace RetentionShapes;

/// <summary>What containers of the framework hold.</summary>
internal static class Framework
{
    private static int _next;

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("transient-disposables", static (services, count) => Repeat(count, () => services.GetRequiredService<Connection>()))
        {
            Right = ["disposables", "Connection"],
            Next = "scope",
        },
        new("logger-categories", static (services, count) => Repeat(count, () => services.GetRequiredService<ILoggerFactory>().CreateLogger($"Order {_next++}")))
        {
            Right = ["ILoggerFactory: LoggerFactory._loggers"],
            Next = "categor",
        },
        new("options-names", static (services, count) => Repeat(count, () => services.GetRequiredService<IOptionsMonitor<TenantOptions>>().Get($"tenant {_next++}")))
        {
            Right = ["OptionsCache<TenantOptions>", "TenantOptions"],
            Next = "names",
        },
        new("memory-cache", static (services, count) => Repeat(count, () => services.GetRequiredService<IMemoryCache>().Set(_next++, new Page())))
        {
            Right = ["DI singleton IMemoryCache", "MemoryCache", "Page"],
            Next = "SizeLimit",
        },
        new("own-memory-cache", static (_, count) => Repeat(count, () => ReportCache.Add(_next++)))
        {
            Right = ["static ReportCache.s_cache → MemoryCache", "Page"],
            Next = "SizeLimit",
        },
        new("meters", static (_, count) => Repeat(count, () => new BasketMetrics()))
        {
            Right = ["Meter"],
            Next = "meter",
        },
    ];

    private static void Repeat(int count, Func<object> make)
    {
        for (int i = 0; i < count; i++)
        {
            GC.KeepAlive(make());
        }
    }
}

internal sealed class Connection : IDisposable
{
    private readonly byte[] _buffer = new byte[900];

    public void Dispose() => GC.KeepAlive(_buffer);
}

internal sealed class TenantOptions
{
    public string Name { get; set; } = "";

    public byte[] Logo { get; set; } = new byte[900];
}

internal static class ReportCache
{
    private static readonly MemoryCache s_cache = new(new MemoryCacheOptions());

    public static object Add(int key) => s_cache.Set(key, new Page());
}

internal sealed class BasketMetrics
{
    private readonly double[] _prices = new double[100];

    public BasketMetrics()
    {
        Meter meter = new("Shop.Basket");
        meter.CreateObservableGauge("total", () => _prices.Sum());
    }
}
