using System.Globalization;
using System.Text;
using MemGuard.AspNetCore.Dashboard;
using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Reporting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>The page, its assets, and what it shows.</summary>
internal sealed class PageEndpoints(PageSource source, SnapshotLibrary library)
{
    public Task PageAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!(request.Path.Value ?? "").EndsWith('/'))
        {
            return RedirectToFolder(context);
        }

        PageFacts facts = source.Collect();
        using StringWriter page = new(new StringBuilder(16 * 1024), CultureInfo.InvariantCulture);
        HtmlPage.WriteServed(page, PageWriter.WriteState(facts), AlertWriter.Write(facts.Alerts, facts.Dominators));
        Answer.SetHeaders(context.Response, isPage: true);
        context.Response.ContentType = "text/html; charset=utf-8";
        return Answer.BytesAsync(context, Encoding.UTF8.GetBytes(page.ToString()));
    }

    public static Task AssetAsync(HttpContext context)
    {
        if (PageAssets.Find(context.Request.RouteValues["name"] as string ?? "") is not { } asset)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        Answer.SetHeaders(context.Response);
        IHeaderDictionary headers = context.Response.Headers;

        // The name holds a hash of the content: it is never another one. Private, for it is behind the same authorization as the rest.
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        context.Response.ContentType = asset.ContentType;
        bool isCompressed = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isCompressed)
        {
            headers.ContentEncoding = "gzip";
        }

        return Answer.BytesAsync(context, isCompressed ? asset.Compressed : asset.Content);
    }

    public Task StateAsync(HttpContext context) => Answer.JsonAsync(context, PageWriter.WriteState(source.Collect()), PageJsonContext.Default.PageState);

    public Task HistoryAsync(HttpContext context)
    {
        StringValues since = context.Request.Query["since"];
        long milliseconds = long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) ? Math.Min(parsed, (long)TimeSpan.MaxValue.TotalMilliseconds / 2) : 0;
        return Answer.JsonAsync(context, PageWriter.WriteHistory(source.Collect(withHistory: true), TimeSpan.FromMilliseconds(milliseconds)), PageJsonContext.Default.PageHistory);
    }

    public static Task StructuresAsync(HttpContext context) => Answer.JsonAsync(context, PageWriter.WriteStructures(BoundedStructures.GetUsage()), PageJsonContext.Default.PageStructures);

    public Task AlertsAsync(HttpContext context)
    {
        PageFacts facts = source.Collect();
        return Answer.JsonAsync(context, AlertWriter.Write(facts.Alerts, library.NewestDominators()), PageJsonContext.Default.PageAlerts);
    }

    // Relative to what the browser has asked for: a path base and a proxy that cuts a prefix off are none of our business.
    private static Task RedirectToFolder(HttpContext context)
    {
        string path = context.Request.Path.HasValue ? context.Request.Path.Value! : context.Request.PathBase.Value ?? "";
        string last = path[(path.LastIndexOf('/') + 1)..];
        Answer.SetHeaders(context.Response);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = $"./{Uri.EscapeDataString(last)}/";
        return Task.CompletedTask;
    }
}
