namespace MemGuard.Alerts;

/// <summary>Receives alerts. Register with <c>AddMemGuard().AddAlertHandler&lt;T&gt;()</c>.</summary>
/// <remarks>Handlers run one after the other on MemGuard's own worker with a time limit; what they throw is logged and goes no further.</remarks>
public interface IMemoryAlertHandler
{
    /// <summary>Handles one alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Signalled at the time limit and at shutdown.</param>
    ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken);
}
