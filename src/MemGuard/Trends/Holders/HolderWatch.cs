namespace MemGuard.Trends;

/// <summary>Remembers when it was asked who holds the growth, what the answer was, and how long it holds. <see cref="HolderRules"/> have the thresholds.</summary>
internal sealed class HolderWatch(HolderRules rules)
{
    private double _askedAt = double.NegativeInfinity;
    private double _pause = rules.FirstPauseSeconds;
    private bool _hasAnswer;
    private bool _isPending;

    /// <summary>Of the moment when it was asked: the live heap, by how much it had grown, and what was left.</summary>
    private double _level;
    private double _growth;
    private double _headroom;

    /// <summary>When running work was first named for this growth; NaN while it was not.</summary>
    private double _workSince = double.NaN;

    /// <summary>Who holds the growth; null while nobody knows, or it changes nothing.</summary>
    public GrowthHolder? Holder { get; private set; }

    /// <summary>Whether somebody has told of places in reply to the last question: a snapshot of this growth is there to compare with.</summary>
    public bool HasAnswer(double time) => _hasAnswer && time - _askedAt < rules.LongestPauseSeconds;

    public bool MayAsk(double time) => Holder is null && time - _askedAt >= (double.IsInfinity(_askedAt) ? 0 : _pause);

    /// <summary>Notes that the question is on its way.</summary>
    /// <param name="time">Seconds of uptime.</param>
    /// <param name="level">The live heap.</param>
    /// <param name="growth">By how much it has grown.</param>
    /// <param name="headroom">What is left to the nearer limit.</param>
    public void Ask(double time, double level, double growth, double headroom)
    {
        _pause = double.IsInfinity(_askedAt) ? rules.FirstPauseSeconds : Math.Min(rules.LongestPauseSeconds, rules.PauseFactor * _pause);
        _askedAt = time;
        _hasAnswer = false;
        _isPending = true;
        (_level, _growth, _headroom) = (level, growth, headroom);
    }

    /// <summary>Takes the answer; one that nobody has asked for is of no growth.</summary>
    /// <param name="time">Seconds of uptime.</param>
    /// <param name="places">What stands out; nothing where the question was refused.</param>
    /// <param name="trace">Hears of the decision.</param>
    public void Tell(double time, IReadOnlyList<HeldPlace> places, TrendTrace? trace)
    {
        if (!_isPending)
        {
            return;
        }

        _isPending = false;
        _hasAnswer = places.Count > 0;
        HeldPlace? place = Find(places);
        _workSince = place?.Kind != HolderKind.RunningWork ? double.NaN : double.IsNaN(_workSince) ? time : _workSince;
        Holder = place is null ? null : Judge(time, place);
        if (Holder is { } holder)
        {
            trace?.Decided(time, MemorySeries.LiveHeap, HolderText.Decision(holder));
        }
    }

    /// <summary>Forgets who held the growth when that was given back, or was told too long ago.</summary>
    public void Add(double time, double level)
    {
        if (level < _level - ((1 - rules.LeftShare) * _growth))
        {
            Holder = null;
            _workSince = double.NaN;
        }
        else if (Holder is { } holder && time >= holder.ValidUntil)
        {
            Holder = null;
        }
    }

    public void Clear()
    {
        Holder = null;
        _askedAt = double.NegativeInfinity;
        _pause = rules.FirstPauseSeconds;
        _workSince = double.NaN;
        _hasAnswer = _isPending = false;
        _level = _growth = 0;
    }

    /// <summary>The place that holds most of the growth; null where none does, or several of different kinds might.</summary>
    private HeldPlace? Find(IReadOnlyList<HeldPlace> places)
    {
        HeldPlace? largest = null;
        foreach (HeldPlace place in places)
        {
            double share = double.IsNaN(place.GrowthShare) ? place.Bytes / _growth : place.GrowthShare;
            if (!(share >= rules.LeastShare))
            {
                continue;
            }

            if (largest is not null && largest.Kind != place.Kind)
            {
                return null;
            }

            largest = largest is null || place.Bytes > largest.Bytes ? place : largest;
        }

        return largest;
    }

    private GrowthHolder? Judge(double time, HeldPlace place)
    {
        GrowthHolder holder = new() { Kind = place.Kind, Name = place.Name, FilledRatio = place.FilledRatio, ValidUntil = time + rules.ValidSeconds };
        return place.Kind switch
        {
            HolderKind.Lasting => holder,
            HolderKind.RunningWork when time - _workSince < rules.WorkSeconds => Until(holder, _workSince + rules.WorkSeconds),
            HolderKind.Filling when Rest(place) is double rest && _level + rest < _level + _headroom => holder with
            {
                ValidUntil = time + rules.FillingValidSeconds,
                WaitsUntil = Math.Min(time + rules.FillingValidSeconds, Expiry(time, place)),
                WaitsBelow = _level + (rules.Slack * rest),
            },
            HolderKind.Expiring or HolderKind.Filling when double.IsFinite(place.ExpiresInSeconds) => Until(holder, Expiry(time, place)),
            HolderKind.Expiring => holder with { IsPassing = true },
            HolderKind.Filling when double.IsNaN(place.FilledRatio) => holder with { IsPassing = true },
            _ => null,
        };
    }

    /// <summary>Bytes that it still takes until it is full; null where it is full, or that is not known.</summary>
    private double? Rest(HeldPlace place) =>
        place.FilledRatio > 0 && place.FilledRatio < rules.FullRatio ? place.Bytes * ((1 / place.FilledRatio) - 1) : null;

    private double Expiry(double time, HeldPlace place) =>
        double.IsNaN(place.ExpiresInSeconds) ? double.PositiveInfinity : time + (rules.Slack * place.ExpiresInSeconds);

    private static GrowthHolder Until(GrowthHolder holder, double time) =>
        holder with { WaitsUntil = Math.Min(holder.ValidUntil, time), ValidUntil = Math.Min(holder.ValidUntil, time) };
}
