namespace MemGuard.Alerts;

/// <summary>Receives alerts. Register with <c>AddMemGuard().AddAlertHandler&lt;T&gt;()</c>.</summary>
/// <remarks>Handlers run one after the other on MemGuard's own worker with a time limit; what they throw is logged and goes no further.</remarks>
public interface IMemoryAlertHandler
{
    /// <summary>Handles one alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Signalled at the time limit and at shutdown.</param>
    ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken);

    /// <summary>Handles evidence that came after its alert had been handled, because finding it took longer than <see cref="MemGuardOptions.EvidenceTimeout"/>.</summary>
    /// <param name="alert">The alert again, with <see cref="MemoryAlert.Evidence"/> and <see cref="MemoryAlert.Message"/> of what was found late.</param>
    /// <param name="cancellationToken">Signalled at the time limit and at shutdown.</param>
    /// <remarks>Does nothing by default: somebody who was paged need not be paged twice. The log has the line in any case.</remarks>
    ValueTask HandleEvidenceAsync(MemoryAlert alert, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
