namespace MemGuard.Evidence;

/// <summary>Finds what holds the memory. Register with <c>AddMemGuard().AddEvidenceCollector&lt;T&gt;()</c>. Collectors run on the alert worker, never on the sampling thread, within a bounded wait.</summary>
public interface IEvidenceCollector
{
    /// <summary>Collects evidence for a diagnosis.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Signalled when the bounded wait ends; the alert is then written without this collector's evidence.</param>
    /// <returns>What was found, or why nothing was.</returns>
    ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken);
}
