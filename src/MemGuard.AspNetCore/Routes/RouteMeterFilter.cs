using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace MemGuard.AspNetCore.Routes;

/// <summary>Puts the meter before everything else of the application.</summary>
internal sealed class RouteMeterFilter(RouteTable table) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        if (!KillSwitch.IsOn)
        {
            app.Use(nextRequest => new RouteMeterMiddleware(nextRequest, table).InvokeAsync);
        }

        next(app);
    };
}
