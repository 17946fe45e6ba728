namespace MemGuard.Telemetry;

/// <summary>
/// A count of the kernel's that is published as a counter: what it rose by, added up. The count belongs to a group, and which group that is may
/// change with the limits; a counter must neither fall nor jump because of it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RisingCount
{
    private readonly Lock _gate = new();
    private double _total;
    private double _last;
    private object? _group;
    private bool _isStarted;

    /// <param name="count">The count now; null when unknown.</param>
    /// <param name="group">Whose count it is.</param>
    /// <returns>The counter; null while the count is unknown.</returns>
    public double? Follow(double? count, object? group)
    {
        if (count is not { } now)
        {
            return null;
        }

        lock (_gate)
        {
            if (!_isStarted)
            {
                _isStarted = true;
                _total = now;
            }
            else if (Equals(group, _group))
            {
                _total += Math.Max(0, now - _last);
            }

            _group = group;
            _last = now;
            return _total;
        }
    }
}
