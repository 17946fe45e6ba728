namespace MemGuard.Bounded;

/// <summary>
/// Knows the age of the oldest item without stamping items: once a second it notes how many have come in. The oldest item is as old as the first
/// note that counts it in.
/// </summary>
/// <remarks>An item's own clock read would cost a tenth of an enqueue. All state is guarded by the queue's lock, which the queue takes when its tick comes.</remarks>
/// <param name="timeProvider">The clock that ticks.</param>
/// <param name="tick">Called once a second with the clock's milliseconds; false ends it.</param>
internal sealed class QueueAge(TimeProvider timeProvider, Func<long, bool> tick) : ITickTarget
{
    private const int MaxNotes = 64;

    // So few that notes can be closer together again.
    private const int FewNotes = MaxNotes / 4;

    // A queue that is used every few seconds must not start the ticker's thread each time.
    private const int IdleTicksBeforeStop = 10;

    /// <summary>Oldest first; both members grow.</summary>
    private readonly List<(long Added, long Milliseconds)> _notes = [];

    /// <summary>Least time between two notes: the longer items wait, the farther apart they are.</summary>
    private long _gapMilliseconds;

    /// <summary>Incoming items at the last tick.</summary>
    private long _lastAdded = -1;

    /// <summary>Ticks in a row that found the queue empty and nothing new.</summary>
    private int _idleTicks;

    /// <summary>False while the ticker does not call: the next enqueue must start it. Guarded by the lock.</summary>
    public bool IsTicking { get; private set; }

    public TimeSpan TickPeriod => TimeSpan.FromSeconds(1);

    /// <summary>Set under the lock by the enqueue that will call <see cref="Start"/> after it.</summary>
    public void AnnounceStartUnsynchronized() => IsTicking = true;

    public void Start() => SharedTicker.Add(this, timeProvider);

    bool ITickTarget.Tick(long nowMilliseconds) => tick(nowMilliseconds);

    /// <param name="nowMilliseconds">The clock's time, or a little before it.</param>
    /// <param name="added">Items that ever came in.</param>
    /// <param name="removed">Items that ever went out.</param>
    /// <returns>Null when there is none.</returns>
    public TimeSpan? GetOldestAgeUnsynchronized(long nowMilliseconds, long added, long removed)
    {
        if (added == removed)
        {
            return null;
        }

        foreach ((long addedThen, long milliseconds) in _notes)
        {
            if (addedThen > removed)
            {
                return TimeSpan.FromMilliseconds(Math.Max(0, nowMilliseconds - milliseconds));
            }
        }

        return TimeSpan.Zero;
    }

    /// <returns>False when nothing has happened for a while: the next enqueue starts the ticks again.</returns>
    public bool TickUnsynchronized(long nowMilliseconds, long added, long removed)
    {
        _notes.RemoveAll(note => note.Added <= removed);
        _idleTicks = added == removed && added == _lastAdded ? _idleTicks + 1 : 0;
        if (_idleTicks == IdleTicksBeforeStop)
        {
            _idleTicks = 0;
            IsTicking = false;
            return false;
        }

        _lastAdded = added;
        _gapMilliseconds = _notes.Count == 0 ? 0 : _notes.Count <= FewNotes ? _gapMilliseconds / 2 : _gapMilliseconds;
        if (_notes.Count == MaxNotes)
        {
            ThinOut();
        }

        if (added > removed && (_notes.Count == 0 || (_notes[^1].Added < added && nowMilliseconds - _notes[^1].Milliseconds >= _gapMilliseconds)))
        {
            _notes.Add((added, nowMilliseconds));
        }

        return true;
    }

    // Items that wait for minutes: every second note goes, and from then on only every second one is made. So all of them are equally far apart, and the
    // age of the oldest item stays right to within a gap, a thirtieth of the longest wait.
    private void ThinOut()
    {
        _gapMilliseconds = Math.Max(2 * _gapMilliseconds, 2 * (long)TickPeriod.TotalMilliseconds);
        int kept = 0;
        for (int i = 0; i < _notes.Count; i += 2)
        {
            _notes[kept++] = _notes[i];
        }

        _notes.RemoveRange(kept, _notes.Count - kept);
    }
}
