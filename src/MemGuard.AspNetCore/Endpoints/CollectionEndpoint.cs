using MemGuard.Evidence;
using MemGuard.HeapSnapshots.Reporting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore.Endpoints;

/// <summary>A background collection on request, within the probe's budget: how much of the heap is retained.</summary>
internal sealed class CollectionEndpoint(IMemoryProbe probe, ILogger logger)
{
    public async Task CollectAsync(HttpContext context)
    {
        if (ActionAudit.Admit(context, "a collection", logger) is not { } user)
        {
            return;
        }

        LiveMeasurement measurement = await probe.MeasureLiveAsync(ProbeCollection.Background, context.RequestAborted).ConfigureAwait(false);
        Containment.Run((logger, user, Outcome: measurement.RefusedBecause ?? "done"), static one => Log.CollectionRequested(one.logger, one.user, one.Outcome));
        CollectionAnswer answer = new()
        {
            RefusedBecause = measurement.RefusedBecause is { } refusal ? PageText.Whole(PageText.Sentence(refusal)) : null,
            RetryAfterSeconds = measurement.RetryAfter?.TotalSeconds,
            BeforeBytes = measurement.BeforeBytes,
            LiveBytes = measurement.LiveBytes,
            PauseSeconds = measurement.Pause?.TotalSeconds,
            Line = PageText.Whole(PageText.Sentence(measurement.ToString())),
        };
        await Answer.JsonAsync(context, answer, PageJsonContext.Default.CollectionAnswer, measurement.RefusedBecause is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict).ConfigureAwait(false);
    }
}
