namespace MemGuard.Evidence;

/// <summary>Finds what holds the memory. Register with <c>AddMemGuard().AddEvidenceCollector&lt;T&gt;()</c>. Collectors run on the alert worker, never on the sampling thread, within a bounded wait.</summary>
public interface IEvidenceCollector
{
    /// <summary>Collects evidence for a diagnosis.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Signalled at shutdown, and five minutes after the alert has stopped waiting: what is found until then follows it in a line of its own.</param>
    /// <returns>What was found, or why nothing was.</returns>
    ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken);
}
