using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard;

/// <summary>Runs the pipeline that watches a live process over recorded samples instead.</summary>
public static class MemoryReplay
{
    /// <summary>Replays samples and returns the alerts that they would have raised, in order.</summary>
    /// <param name="samples">Samples in time order, for example from <see cref="SeriesReader"/>.</param>
    /// <param name="options">The options to run with; null for the defaults. Sampling and recording options have no effect.</param>
    /// <returns>The alerts. <see cref="MemoryAlert.Elapsed"/> tells when each became news.</returns>
    /// <remarks>A recording cannot be asked for another collection: confirming collections are off. Evidence is not collected.</remarks>
    public static IReadOnlyList<MemoryAlert> Run(IEnumerable<MemorySample> samples, MemGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        MemoryPipeline pipeline = new(new SampleHistory(), PipelineSettings.From(options ?? new MemGuardOptions()));
        HelpLinks links = new(options?.HelpLinkBase);
        List<MemoryAlert> alerts = [];
        foreach (MemorySample sample in samples)
        {
            if (pipeline.Process(sample) is { } request)
            {
                alerts.Add(request.ToAlert(EvidenceResult.Empty, links));
            }
        }

        return alerts;
    }
}
