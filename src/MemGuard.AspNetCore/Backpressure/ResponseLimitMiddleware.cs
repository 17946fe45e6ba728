using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore.Backpressure;

/// <summary>Puts a bounded writer in the place of the response's own, for the time of the request.</summary>
internal sealed class ResponseLimitMiddleware(RequestDelegate next, ResponseLimits limits, ILoggerFactory loggers, IServiceProvider services)
{
    private readonly ILogger _logger = loggers.CreateLogger("MemGuard.AspNetCore");
    private readonly TimeProvider? _time = services.GetService<TimeProvider>();

    public Task InvokeAsync(HttpContext context)
    {
        ResponseLimits own = context.GetEndpoint()?.Metadata.GetMetadata<ResponseLimits>() ?? limits;
        return ReferenceEquals(own, ResponseLimits.None) || context.Features.Get<IHttpResponseBodyFeature>() is not { } inner
            ? next(context)
            : InvokeAsync(context, inner, own);
    }

    private async Task InvokeAsync(HttpContext context, IHttpResponseBodyFeature inner, ResponseLimits own)
    {
        LimitedResponseBody body = new(context, inner, own, NameOf(context), _logger, _time);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context).ConfigureAwait(false);

            // What the handler has left behind waits for the client no longer than what it has flushed.
            await body.FlushRestAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Features.Set(inner);
        }
    }

    // By the route's pattern, never by the address: a name made of an id would be a structure for each.
    private static string NameOf(HttpContext context) => context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern }
        ? $"response {MethodOf(context.Request.Method)} {(pattern.StartsWith('/') ? "" : "/")}{pattern}"
        : "response without a route";

    private static string MethodOf(string method) => HttpMethods.IsGet(method) ? "GET" : HttpMethods.IsPost(method) ? "POST" : HttpMethods.IsPut(method) ? "PUT"
        : HttpMethods.IsDelete(method) ? "DELETE" : HttpMethods.IsPatch(method) ? "PATCH" : HttpMethods.IsHead(method) ? "HEAD" : "other";
}
