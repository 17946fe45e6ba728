namespace MemGuard.Sampling;

/// <summary>When a costly reading is due: it times itself, and one that is slow here becomes rare here.</summary>
internal sealed class SlowRead
{
    /// <summary>A reading that takes longer doubles its period.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(10);

    /// <summary>A reading ahead of its period may use this share of one core at most: one part in so many.</summary>
    private const int EarlyShare = 4000;

    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _shortestPeriod;
    private readonly TimeSpan _longestPeriod;
    private TimeSpan? _lastAt;

    /// <param name="timeProvider">Times the readings.</param>
    /// <param name="period">Time between two readings while they are cheap.</param>
    /// <param name="longestPeriod">The same when they are dear; null for an hour.</param>
    public SlowRead(TimeProvider timeProvider, TimeSpan period, TimeSpan? longestPeriod = null)
    {
        _longestPeriod = longestPeriod ?? TimeSpan.FromHours(1);
        _timeProvider = timeProvider;
        _shortestPeriod = period;
        Period = period;
    }

    /// <summary>Time between two readings now.</summary>
    public TimeSpan Period { get; private set; }

    /// <summary>How many times longer than that, where the whole of MemGuard costs too much; never beyond the longest period.</summary>
    public int Stretch { get; set; } = 1;

    /// <summary>How long the last reading took.</summary>
    public TimeSpan LastDuration { get; private set; }

    /// <summary>Whether the period is over.</summary>
    public bool IsDue(TimeSpan elapsed) => _lastAt is not TimeSpan last || elapsed - last >= (Period * Stretch < _longestPeriod ? Period * Stretch : _longestPeriod);

    /// <summary>Whether a reading ahead of its period is affordable: for when something changed.</summary>
    public bool IsAffordable(TimeSpan elapsed) => _lastAt is not TimeSpan last || elapsed - last >= LastDuration * EarlyShare;

    /// <summary>Reads, and adapts the period to what it cost.</summary>
    public T Run<T>(TimeSpan elapsed, Func<T> read)
    {
        _lastAt = elapsed;
        long start = _timeProvider.GetTimestamp();
        try
        {
            return read();
        }
        finally
        {
            LastDuration = _timeProvider.GetElapsedTime(start);
            Adapt();
        }
    }

    private void Adapt()
    {
        if (LastDuration > Slow)
        {
            Period = Period * 2 < _longestPeriod ? Period * 2 : _longestPeriod;
        }
        else if (LastDuration < Slow / 2 && Period > _shortestPeriod)
        {
            // Once slow may have been the machine, not the reading.
            Period = Period / 2 > _shortestPeriod ? Period / 2 : _shortestPeriod;
        }
    }
}
