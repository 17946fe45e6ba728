using MemGuard.AspNetCore.Dashboard;
using MemGuard.HeapSnapshots.Reporting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>Kept snapshots, and a new one.</summary>
internal sealed class SnapshotEndpoints(SnapshotLibrary library, SnapshotRun run, ILogger logger)
{
    public Task ListOrTakeAsync(HttpContext context)
    {
        string method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            return Answer.JsonAsync(context, library.List(), PageJsonContext.Default.SnapshotList);
        }

        if (HttpMethods.IsPost(method) && run.IsAllowed)
        {
            return TakeAsync(context);
        }

        context.Response.Headers.Allow = run.IsAllowed ? "GET, HEAD, POST" : "GET, HEAD";
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    }

    public async Task DetailAsync(HttpContext context)
    {
        SnapshotDetail? detail = await library.ReadAsync(RouteText(context, "id"), context.RequestAborted).ConfigureAwait(false);
        await AnswerOrNotFound(context, detail, static (context, found) => Answer.JsonAsync(context, found, PageJsonContext.Default.SnapshotDetail)).ConfigureAwait(false);
    }

    public async Task DiffAsync(HttpContext context)
    {
        SnapshotDiffPage? diff = await library.CompareAsync(RouteText(context, "from"), RouteText(context, "to"), context.RequestAborted).ConfigureAwait(false);
        await AnswerOrNotFound(context, diff, static (context, found) => Answer.JsonAsync(context, found, PageJsonContext.Default.SnapshotDiffPage)).ConfigureAwait(false);
    }

    /// <summary>The file itself. One at a time: it may be large.</summary>
    public async Task DownloadAsync(HttpContext context)
    {
        if (ActionAudit.Admit(context, "a heap snapshot's file", logger) is not { } user)
        {
            return;
        }

        string id = RouteText(context, "id");
        (Stream? file, bool isBusy) = library.TryOpenFile(id);
        if (file is null)
        {
            Answer.SetHeaders(context.Response);
            context.Response.StatusCode = isBusy ? StatusCodes.Status409Conflict : StatusCodes.Status404NotFound;
            return;
        }

        await using (file.ConfigureAwait(false))
        {
            Containment.Run((logger, user, id), static one => Log.SnapshotDownloaded(one.logger, one.user, one.id));
            Answer.SetHeaders(context.Response);
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = file.Length;

            // The id is one of the list's, which MemGuard has made up itself.
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.memguard\"";
            await file.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (ActionAudit.Admit(context, "a heap snapshot", logger) is not { } user)
        {
            return;
        }

        string? refusal = await run.StartAsync().ConfigureAwait(false);
        Containment.Run((logger, user, Outcome: refusal ?? "begun"), static one => Log.SnapshotRequested(one.logger, one.user, one.Outcome));
        SnapshotAnswer answer = new() { RefusedBecause = refusal is null ? null : PageText.Whole(PageText.Sentence(refusal)), Capture = run.Describe() };
        await Answer.JsonAsync(context, answer, PageJsonContext.Default.SnapshotAnswer, refusal is null ? StatusCodes.Status202Accepted : StatusCodes.Status409Conflict).ConfigureAwait(false);
    }

    private static string RouteText(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static Task AnswerOrNotFound<T>(HttpContext context, T? found, Func<HttpContext, T, Task> answer)
        where T : class
    {
        if (found is not null)
        {
            return answer(context, found);
        }

        Answer.SetHeaders(context.Response);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
