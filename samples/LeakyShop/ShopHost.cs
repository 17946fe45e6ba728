using LeakyShop.Scenarios;
using MemGuard;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LeakyShop;

/// <summary>The shop: an ordinary ASP.NET Core API on loopback, with MemGuard added as any service would add it.</summary>
internal static class ShopHost
{
    public static WebApplication Build(ShopArguments arguments, AlertRecorder recorder)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        Scenario scenario = arguments.Scenario ?? Scenario.Find("cache")!;
        builder.Services.AddMemGuard(options => options.MemoryLimitBytes = scenario.MemoryLimitBytes)
            // A service keeps the default; a sample may be run dozens of times a day, and each run is to name the field.
            .AddHeapSnapshots(static options => options.MaxPerDay = 1000)
            .AddAlertHandler(recorder)
            .AddStartupAudit()
            .AddRouteMeter();
        builder.Services.AddHealthChecks().AddMemGuard();
        scenario.AddServices(builder.Services, arguments.Fixed);

        WebApplication app = builder.Build();
        app.MapGet("/users/{id:int}", (int id, CancellationToken cancellationToken) => scenario.HandleAsync(id, app.Services, arguments.Fixed, cancellationToken));
        app.MapHealthChecks("/health");

        // It listens on loopback alone: a service says .RequireAuthorization() here.
        app.MapMemGuard(configure: static options => options.AllowSnapshots = true).AllowWithoutAuthorization();
        return app;
    }

    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
