using System.Collections.Concurrent;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Distributed;

namespace RetentionShapes;

/// <summary>What belongs to a request or a scope, and outlives it.</summary>
internal static class Requests
{
    private static readonly List<HttpContext> s_seen = [];
    private static readonly ConcurrentDictionary<int, ShopContext> s_contexts = new();
    private static readonly AsyncLocal<RequestInfo?> s_current = new();
    private static readonly List<Timer> s_heartbeats = [];
    private static readonly HttpClient s_client = new();
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> s_locks = new();

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("http-contexts", static _ => Seen(), "static Requests.s_seen → List<HttpContext>"),
        Shape.Each("open-scopes", static services => services.GetRequiredService<JobRunner>().Run(), "DI singleton JobRunner._running", "Scope") ,
        Shape.Each("captive-scoped", static services => services.GetRequiredService<PriceJob>().Add(), "DI singleton PriceJob._cart", "Cart._lines"),
        Shape.Each("scoped-from-root", static services => services.GetRequiredService<Order2>().Add(), "scoped service of the root provider", "Order2._lines") with { Wrong = ["DI singleton"], Next = "scope" },
        Shape.Each("distributed-cache", static services => Cache(services), "DI singleton IDistributedCache") with { Next = "SizeLimit" },
        Shape.Each("context-per-tenant", static services => Tenant(services), "static Requests.s_contexts → ConcurrentDictionary<int, ShopContext>") with { Count = 150 },
        Shape.Each("async-local-in-timers", static _ => Heartbeat(), "s_heartbeats|timers", "RequestInfo|execution context|AsyncLocal"),
        Shape.Each("default-headers", static _ => Header(), "static Requests.s_client → HttpClient"),
        Shape.Each("lock-per-key", static _ => s_locks.GetOrAdd(Guid.NewGuid().ToString(), static _ => new SemaphoreSlim(1)), "static Requests.s_locks → ConcurrentDictionary<string, SemaphoreSlim>"),
        Shape.Each("route-handler-variable", static _ => Call("/carts"), "CartApi.Map", "carts"),
        Shape.Each("middleware-field", static _ => Call("/audit"), "AuditMiddleware._seen"),
        Shape.Each("inline-middleware", static _ => Call("/visits"), "CartApi.UseVisits", "visits"),
    ];

    /// <summary>Where the requests go; set once the application has started.</summary>
    public static Uri? Address { get; set; }

    private static DefaultHttpContext Seen()
    {
        DefaultHttpContext context = new();
        context.Items["body"] = new byte[900];
        s_seen.Add(context);
        return context;
    }

    private static string Cache(IServiceProvider services)
    {
        string key = Guid.NewGuid().ToString();
        services.GetRequiredService<IDistributedCache>().Set(key, new byte[900]);
        return key;
    }

    private static ShopContext Tenant(IServiceProvider services)
    {
        ShopContext context = new(services.GetRequiredService<DbContextOptions<ShopContext>>());
        context.Keep(20);
        s_contexts[s_contexts.Count] = context;
        return context;
    }

    // What is ambient when a timer is made stays with the timer.
    private static Timer Heartbeat()
    {
        s_current.Value = new RequestInfo();
        Timer timer = new(static _ => GC.KeepAlive(s_current.Value), null, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        s_heartbeats.Add(timer);
        s_current.Value = null;
        return timer;
    }

    private static string Header()
    {
        string id = new StringBuilder().Append('x', 300).Append(Guid.NewGuid()).ToString();
        s_client.DefaultRequestHeaders.Add("X-Request-Id", id);
        return id;
    }

    private static string Call(string path) => CartApi.Client.GetStringAsync(new Uri(Address!, path)).GetAwaiter().GetResult();
}

internal sealed class RequestInfo
{
    private readonly byte[] _claims = new byte[900];

    public int Length => _claims.Length;
}

internal sealed class Cart
{
    private readonly List<Page> _lines = [];

    public Page Add()
    {
        Page page = new();
        _lines.Add(page);
        return page;
    }
}

internal sealed class Order2
{
    private readonly List<Page> _lines = [];

    public Page Add()
    {
        Page page = new();
        _lines.Add(page);
        return page;
    }
}

internal sealed class PriceJob(IServiceScopeFactory scopes)
{
    private readonly Cart _cart = scopes.CreateScope().ServiceProvider.GetRequiredService<Cart>();

    public Page Add() => _cart.Add();
}

internal sealed class JobRunner(IServiceScopeFactory scopes)
{
    private readonly List<IServiceScope> _running = [];

    public Page Run()
    {
        IServiceScope scope = scopes.CreateScope();
        _running.Add(scope);
        return scope.ServiceProvider.GetRequiredService<Cart>().Add();
    }
}

internal sealed class AuditMiddleware(RequestDelegate next)
{
    private readonly List<Page> _seen = [];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path == "/audit")
        {
            _seen.Add(new Page());
        }

        return next(context);
    }
}

internal static class CartApi
{
    public static HttpClient Client { get; } = new();

    public static void Map(WebApplication app)
    {
        Dictionary<int, Page> carts = [];
        app.MapGet("/carts", () =>
        {
            carts.Add(carts.Count, new Page());
            return "kept";
        });
        app.MapGet("/audit", static () => "seen");
        app.MapGet("/visits", static () => "visited");
    }

    public static void UseVisits(WebApplication app)
    {
        List<Wine> visits = [];
        app.Use(async (context, next) =>
        {
            if (context.Request.Path == "/visits")
            {
                visits.Add(new Wine());
            }

            await next(context);
        });
    }
}
