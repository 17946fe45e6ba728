namespace MemGuard.Sampling;

/// <summary>
/// Rations the background full collections that confirm a suspicion: six an episode at least 10 s apart, then none for 10 minutes, or for an
/// eighth of the time that is left where the limit is nearer, or until the heap has grown by an eighth; 24 a day.
/// </summary>
internal sealed class FullCollectionBudget
{
    public const int MaxPerEpisode = 6;
    public const int MaxPerDay = 24;
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    /// <summary>Of the time to the limit, the part that a rest may take: eight more answers before the end.</summary>
    public const int RestsBeforeTheLimit = 8;

    /// <summary>Growth of the heap since the last collection that ends a rest: without a limit nothing else says that there is no time.</summary>
    public const double GrowthThatEndsRest = 0.125;

    /// <summary>Growth below this ends no rest: a small heap doubles with every request.</summary>
    public const long LeastGrowthThatEndsRest = 32L << 20;

    // Times of the last collections, oldest first: never more than a day's worth.
    private readonly Queue<TimeSpan> _taken = new(MaxPerDay);
    private int _inEpisode;
    private TimeSpan? _last;
    private long? _heapAtLast;

    /// <summary>Collections granted since the start.</summary>
    public long TotalTaken { get; private set; }

    /// <param name="elapsed">Monotonic time of the current sample.</param>
    /// <param name="timeToLimit">Forecast of the growth that is suspected; null when there is none.</param>
    /// <param name="heapBytes">Size of the heap now; null when unknown.</param>
    public bool TryTake(TimeSpan elapsed, TimeSpan? timeToLimit = null, long? heapBytes = null)
    {
        while (_taken.TryPeek(out TimeSpan oldest) && elapsed - oldest >= TimeSpan.FromDays(1))
        {
            _taken.Dequeue();
        }

        if (_last is { } last)
        {
            TimeSpan since = elapsed - last;
            if (since >= Rest)
            {
                _inEpisode = 0;
            }

            TimeSpan rest = timeToLimit / RestsBeforeTheLimit is TimeSpan urgent && urgent < Rest ? urgent : Rest;
            if (since < Spacing || (_inEpisode >= MaxPerEpisode && since < rest && !HasGrown(heapBytes)))
            {
                return false;
            }
        }

        if (_taken.Count >= MaxPerDay)
        {
            return false;
        }

        _taken.Enqueue(elapsed);
        _last = elapsed;
        _heapAtLast = heapBytes;
        _inEpisode++;
        TotalTaken++;
        return true;
    }

    private bool HasGrown(long? heapBytes) =>
        heapBytes - _heapAtLast is long growth && growth >= LeastGrowthThatEndsRest && growth >= GrowthThatEndsRest * _heapAtLast;
}
