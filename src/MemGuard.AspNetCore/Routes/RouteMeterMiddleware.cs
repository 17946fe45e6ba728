using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MemGuard.AspNetCore.Routes;

/// <summary>Measures one request in so many.</summary>
internal sealed class RouteMeterMiddleware(RequestDelegate next, RouteTable table)
{
    public Task InvokeAsync(HttpContext context) => table.ShouldMeasure() ? MeasureAsync(context) : next(context);

    private async Task MeasureAsync(HttpContext context)
    {
        long start = table.Now;
        RequestMeter meter = RequestMeter.Start();
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            RequestMeter.Stop();

            // The route is known only now: routing has run behind this.
            table.Add(NameOf(context), meter.AllocatedBytes, start);
        }
    }

    private static string NameOf(HttpContext context) => context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern }
        ? $"{MethodOf(context.Request.Method)} {(pattern.StartsWith('/') ? "" : "/")}{pattern}"
        : RouteTable.NoRoute;

    private static string MethodOf(string method) => HttpMethods.IsGet(method) ? "GET" : HttpMethods.IsPost(method) ? "POST" : HttpMethods.IsPut(method) ? "PUT"
        : HttpMethods.IsDelete(method) ? "DELETE" : HttpMethods.IsPatch(method) ? "PATCH" : HttpMethods.IsHead(method) ? "HEAD" : "other";
}
