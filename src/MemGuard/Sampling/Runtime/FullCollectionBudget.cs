namespace MemGuard.Sampling;

/// <summary>
/// Rations the background full collections that confirm a suspicion: six an episode at least 10 s apart, then none for 10 minutes; 24 a day.
/// </summary>
internal sealed class FullCollectionBudget
{
    public const int MaxPerEpisode = 6;
    public const int MaxPerDay = 24;
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    // Times of the last collections, oldest first: never more than a day's worth.
    private readonly Queue<TimeSpan> _taken = new(MaxPerDay);
    private int _inEpisode;
    private TimeSpan? _last;

    /// <summary>Collections granted since the start.</summary>
    public long TotalTaken { get; private set; }

    /// <param name="elapsed">Monotonic time of the current sample.</param>
    public bool TryTake(TimeSpan elapsed)
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

            if (since < Spacing || _inEpisode >= MaxPerEpisode)
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
        _inEpisode++;
        TotalTaken++;
        return true;
    }
}
