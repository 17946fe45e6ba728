using MemGuard.Bounded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace SoakInCI;

/// <summary>The service under test: it shows an order, and remembers who looked at what. Once in a list without end, once in a bounded cache.</summary>
internal static class Shop
{
    public static WebApplicationBuilder CreateBuilder(bool isLeaking)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.LoggerFilterOptions>(static options => options.MinLevel = Microsoft.Extensions.Logging.LogLevel.Warning);
        if (isLeaking)
        {
            builder.Services.AddSingleton<ILooks, UnboundedLooks>();
        }
        else
        {
            builder.Services.AddSingleton<ILooks, BoundedLooks>();
        }

        builder.Services.AddScoped<Visit>();
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        WebApplication app = builder.Build();
        app.MapGet("/orders/{id}", static (int id, Visit visit, ILooks looks) =>
        {
            visit.OrderId = id;
            looks.Remember(visit);
            return $"order {id}";
        });
        return app;
    }

    /// <summary>A free port of this machine alone.</summary>
    public static void UseLoopback(WebApplicationBuilder builder) => builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
}

/// <summary>One request.</summary>
internal sealed class Visit
{
    public int OrderId { get; set; }
}

internal interface ILooks
{
    void Remember(Visit visit);
}

/// <summary>The leak: every visit, for ever.</summary>
internal sealed class UnboundedLooks : ILooks
{
    private readonly List<Visit> _visits = [];

    public void Remember(Visit visit)
    {
        lock (_visits)
        {
            _visits.Add(visit);
        }
    }
}

/// <summary>The repair: the orders that were looked at, a hundred of them, and nothing of the request.</summary>
internal sealed class BoundedLooks : ILooks, IDisposable
{
    private readonly BoundedCache<int, bool> _orders = new(new BoundedCacheOptions<int, bool> { Name = "looks", Capacity = 100 });

    public void Remember(Visit visit) => _orders.Set(visit.OrderId, true);

    public void Dispose() => _orders.Dispose();
}
