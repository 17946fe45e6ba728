namespace MemGuard.Costs;

/// <summary>
/// Holds the watching threads to their share of a core: a tier lower after five minutes above it, a tier higher after half an hour below half of it.
/// </summary>
/// <remarks>
/// For the sampling thread. At a lower tier less is used, which says nothing of the higher one: each relapse doubles the time until that is tried again,
/// up to a day.
/// </remarks>
internal sealed class CostBudget
{
    /// <summary>While code is compiled and caches fill, nothing is judged.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(2);

    /// <summary>What is judged at once.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan ShortestCalm = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan LongestCalm = TimeSpan.FromDays(1);

    private const CostTier Lowest = CostTier.FewerSamples;

    private TimeSpan? _windowStart;
    private TimeSpan _usedAtStart;

    // Since when every window was well below the budget; null since one that was not.
    private TimeSpan? _calmSince;
    private TimeSpan _calm = ShortestCalm;
    private TimeSpan? _raisedAt;

    public CostTier Tier { get; private set; }

    /// <summary>Share of a core in the last window, in percent.</summary>
    public double LastPercentage { get; private set; }

    /// <summary>Judges, when a window is over.</summary>
    /// <param name="elapsed">Monotonic time of the sample.</param>
    /// <param name="used">Processor time used so far; null where it is unknown, which changes nothing.</param>
    /// <param name="percentage">The budget: percent of one core; null for none.</param>
    /// <returns>Whether the tier has changed.</returns>
    public bool Update(TimeSpan elapsed, TimeSpan? used, double? percentage)
    {
        if (used is not { } now)
        {
            return false;
        }

        if (_windowStart is not { } start)
        {
            (_windowStart, _usedAtStart) = (elapsed + WarmUp, now);
            return false;
        }

        if (elapsed <= start)
        {
            _usedAtStart = now;
            return false;
        }

        if (elapsed - start < Window)
        {
            return false;
        }

        LastPercentage = 100 * ((now - _usedAtStart) / (elapsed - start));
        (_windowStart, _usedAtStart) = (elapsed, now);
        CostTier before = Tier;
        Judge(start, elapsed, LastPercentage, percentage ?? double.PositiveInfinity);
        return Tier != before;
    }

    private void Judge(TimeSpan start, TimeSpan elapsed, double used, double budget)
    {
        if (used > budget)
        {
            _calmSince = null;
            if (Tier < Lowest)
            {
                _calm = _raisedAt is { } raised && elapsed - raised < LongestCalm ? (_calm * 2 < LongestCalm ? _calm * 2 : LongestCalm) : ShortestCalm;
                Tier++;
            }
        }
        else if (used > budget / 2)
        {
            _calmSince = null;
        }
        else if (Tier > CostTier.Full)
        {
            _calmSince ??= start;
            if (elapsed - _calmSince >= _calm)
            {
                _calmSince = null;
                _raisedAt = elapsed;
                Tier--;
            }
        }
    }
}
