using MemGuard.AspNetCore.Dashboard;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>The stream of server-sent events to one viewer.</summary>
internal sealed class EventEndpoint(EventHub hub, IHostApplicationLifetime? lifetime)
{
    private static readonly byte[] Retry = "retry: 5000\n\n"u8.ToArray();

    public async Task StreamAsync(HttpContext context)
    {
        Answer.SetHeaders(context.Response);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using Viewer? viewer = hub.TryJoin(context.Abort);
        if (viewer is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store, no-transform";
        context.Response.Headers["X-Accel-Buffering"] = "no";

        // An open stream must not hold up the shutdown.
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime?.ApplicationStopping ?? CancellationToken.None);
        using CancellationTokenRegistration ending = end.Token.UnsafeRegister(static viewer => ((Viewer)viewer!).End(), viewer);
        try
        {
            await viewer.SendAsync(context.Response.Body, Retry, end.Token).ConfigureAwait(false);
            while (await viewer.WaitAsync().ConfigureAwait(false))
            {
                if (viewer.TryTake(out SharedText? news))
                {
                    await viewer.SendAsync(context.Response.Body, news.Text, end.Token).ConfigureAwait(false);
                    news.Return();
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // A viewer that leaves is no event.
        }
    }
}
