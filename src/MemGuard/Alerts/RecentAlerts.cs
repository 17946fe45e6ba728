namespace MemGuard.Alerts;

/// <summary>The last alerts, for whoever looks later than the log line was written. Evidence that came late is put into the alert that it belongs to.</summary>
/// <remarks>Thread-safe and bounded.</remarks>
internal sealed class RecentAlerts : IMemoryAlertHandler
{
    private const int Capacity = 64;

    /// <summary>Oldest first; guarded by itself.</summary>
    private readonly List<MemoryAlert> _alerts = new(Capacity);

    public IReadOnlyList<MemoryAlert> ToList()
    {
        lock (_alerts)
        {
            return [.. _alerts];
        }
    }

    public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
    {
        lock (_alerts)
        {
            if (_alerts.Count == Capacity)
            {
                _alerts.RemoveAt(0);
            }

            _alerts.Add(alert);
        }

        return default;
    }

    public ValueTask HandleEvidenceAsync(MemoryAlert alert, CancellationToken cancellationToken)
    {
        lock (_alerts)
        {
            int index = _alerts.FindLastIndex(earlier => earlier.Problem == alert.Problem && earlier.Stage == alert.Stage && earlier.Elapsed == alert.Elapsed);
            if (index >= 0)
            {
                _alerts[index] = _alerts[index] with { Evidence = alert.Evidence };
            }
        }

        return default;
    }
}
