namespace MemGuard.Bounded;

/// <summary>
/// The keys of a shard whose values are being created, one creation a key, beside those that have taken too long. Guarded by the shard's lock. A
/// creation that nobody waits for allocates nothing, and one that is alone in its shard touches no memory but this: it lies beside the lock. Further
/// ones lie in arrays, where a search compares hashes side by side, many at a time. Never copied.
/// </summary>
internal struct CacheFlights<TKey, TValue>
{
    /// <summary>The start of a creation that asked no clock.</summary>
    public const long UnknownStart = long.MaxValue;

    /// <summary>The place of <see cref="_first"/>; the others have places from 1 on.</summary>
    private const int FirstPlace = 0;

    /// <summary>Free while its id is 0.</summary>
    private Entry _first;

    private uint _firstHash;
    private int _count;
    private uint[]? _hashes;
    private Entry[]? _entries;
    private long _lastId;
    private long _totalOverdue;

    /// <summary>Whether nothing is being created.</summary>
    public readonly bool IsEmpty => _first.Id == 0 && _count == 0;

    /// <summary>Notes that the caller creates the value: on this thread, or on none in particular when the thread is 0.</summary>
    /// <returns>The ticket of the creation.</returns>
    public long Add(TKey key, uint hash, int threadId, long startedMilliseconds, CacheFlight<TValue>? flight)
    {
        ref Entry entry = ref _first;
        if (entry.Id == 0)
        {
            _firstHash = hash;
        }
        else
        {
            entry = ref AddFurther(hash);
        }

        entry.Id = ++_lastId;
        entry.Key = key;
        entry.ThreadId = threadId;
        entry.Started = startedMilliseconds;
        entry.Flight = flight;
        return entry.Id;
    }

    /// <summary>Finds the creation under way for a key, to wait for it; it comes without a flight where this thread is the creator.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="comparer">Compares keys; null for their own equality.</param>
    /// <param name="overdueSince">Creations that began by then have taken too long: nobody joins them.</param>
    /// <param name="flight">What to wait for.</param>
    public bool TryJoin(TKey key, uint hash, IEqualityComparer<TKey>? comparer, long overdueSince, out CacheFlight<TValue>? flight)
    {
        // Most often, and then without a call.
        int place = IsEmpty ? -1 : IndexOfJoinable(key, hash, comparer, overdueSince);
        if (place < 0)
        {
            flight = null;
            return false;
        }

        ref Entry entry = ref GetEntry(ref this, place);
        // The thread itself would wait for ever.
        flight = entry.ThreadId == CurrentThread.Id ? null : entry.Flight ??= new CacheFlight<TValue> { StartedMilliseconds = entry.Started };
        if (flight is not null)
        {
            flight.Waiters++;
        }

        return true;
    }

    /// <summary>Whether a newcomer would find a creation of the key to wait for.</summary>
    public bool CanJoin(TKey key, uint hash, IEqualityComparer<TKey>? comparer, long overdueSince) => IndexOfJoinable(key, hash, comparer, overdueSince) >= 0;

    /// <returns>The place of a creation, good until the lock is released; -1 when it has ended.</returns>
    public readonly int IndexOf(long id, uint hash) => _first.Id == id ? FirstPlace : IndexOfFurther(id, hash);

    /// <summary>Whether the key was set or removed since the creation began: its value must not be stored.</summary>
    public bool IsInvalid(int place) => GetEntry(ref this, place).IsInvalid;

    /// <summary>Ends a creation. The flight is where others wait for its outcome, null when nobody does.</summary>
    public void RemoveAt(int place, out CacheFlight<TValue>? flight)
    {
        flight = GetEntry(ref this, place).Flight;
        if (place == FirstPlace)
        {
            _first = default;
            return;
        }

        int last = _count--;
        if (place != last)
        {
            _hashes![place - 1] = _hashes[last - 1];
            _entries![place - 1] = _entries[last - 1];
        }

        _entries![last - 1] = default;
    }

    /// <summary>The key was set or removed: what is being created is out of date. Its waiters get it, nobody else does.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="comparer">Compares keys; null for their own equality.</param>
    /// <param name="olderThan">The creation whose value was set: those that began after it are good.</param>
    public void Invalidate(TKey key, uint hash, IEqualityComparer<TKey>? comparer, long olderThan = long.MaxValue)
    {
        if (IsEmpty)
        {
            return;
        }

        // Several at once, where some have taken too long.
        for (int place = IndexOf(key, hash, comparer, olderThan); place >= 0; place = IndexOf(key, hash, comparer, olderThan))
        {
            GetEntry(ref this, place).IsInvalid = true;
        }
    }

    public void InvalidateAll()
    {
        for (int place = FirstPlace; place <= _count; place++)
        {
            ref Entry entry = ref GetEntry(ref this, place);
            entry.IsInvalid = entry.Id != 0;
        }
    }

    /// <summary>The creation has lost its last waiter: newcomers start another.</summary>
    public void Invalidate(CacheFlight<TValue> flight)
    {
        for (int place = FirstPlace; place <= _count; place++)
        {
            ref Entry entry = ref GetEntry(ref this, place);
            entry.IsInvalid |= ReferenceEquals(entry.Flight, flight);
        }
    }

    /// <summary>The creation has taken too long: newcomers start another, and what it still brings is stored unless the key is written before.</summary>
    public void GiveUp(CacheFlight<TValue> flight)
    {
        for (int place = FirstPlace; place <= _count; place++)
        {
            if (ReferenceEquals(GetEntry(ref this, place).Flight, flight))
            {
                GiveUp(place);
            }
        }
    }

    /// <summary>Counts a creation that has taken too long before it ends, unless somebody has noticed already.</summary>
    public void GiveUpIfOverdue(int place, long overdueSince)
    {
        if (GetEntry(ref this, place).Started <= overdueSince)
        {
            GiveUp(place);
        }
    }

    /// <summary>Adds what is under way.</summary>
    public void Survey(ref FlightSurvey survey)
    {
        survey.TotalOverdue += _totalOverdue;
        for (int place = FirstPlace; place <= _count; place++)
        {
            ref Entry entry = ref GetEntry(ref this, place);
            if (entry.Id != 0)
            {
                // One that asked no clock is as old as this, at least.
                entry.Started = Math.Min(entry.Started, survey.NowMilliseconds);
                survey.Add(entry.Started);
            }
        }
    }

    private static ref Entry GetEntry(ref CacheFlights<TKey, TValue> flights, int place)
    {
        if (place == FirstPlace)
        {
            return ref flights._first;
        }

        return ref flights._entries![place - 1];
    }

    private static bool IsOf(in Entry entry, TKey key, IEqualityComparer<TKey>? comparer, long olderThan) =>
        !entry.IsInvalid && entry.Id < olderThan && (comparer ?? EqualityComparer<TKey>.Default).Equals(entry.Key, key);

    private void GiveUp(int place)
    {
        ref Entry entry = ref GetEntry(ref this, place);
        _totalOverdue += entry.IsGivenUp ? 0 : 1;
        entry.IsGivenUp = true;
    }

    private int IndexOfJoinable(TKey key, uint hash, IEqualityComparer<TKey>? comparer, long overdueSince)
    {
        long olderThan = long.MaxValue;
        while (true)
        {
            int place = IndexOf(key, hash, comparer, olderThan);
            if (place < 0)
            {
                return -1;
            }

            GiveUpIfOverdue(place, overdueSince);
            ref Entry entry = ref GetEntry(ref this, place);
            if (!entry.IsGivenUp)
            {
                return place;
            }

            // One creation a key is joined, the youngest: those before it have all been given up.
            olderThan = entry.Id;
        }
    }

    /// <returns>The place of a key's creation, the youngest that is older than the one given, unless it is out of date; -1 when there is none.</returns>
    private readonly int IndexOf(TKey key, uint hash, IEqualityComparer<TKey>? comparer, long olderThan)
    {
        int place = _first.Id != 0 && _firstHash == hash && IsOf(_first, key, comparer, olderThan) ? FirstPlace : -1;
        if (_count > 0)
        {
            int further = IndexOfFurther(key, hash, comparer, olderThan);
            place = place < 0 || (further > 0 && _entries![further - 1].Id > _first.Id) ? further : place;
        }

        return place;
    }

    private ref Entry AddFurther(uint hash)
    {
        if (_entries is null || _count == _entries.Length)
        {
            int length = Math.Max(4, _count * 2);
            Array.Resize(ref _hashes, length);
            Array.Resize(ref _entries, length);
        }

        _hashes![_count] = hash;
        return ref _entries[_count++];
    }

    private readonly int IndexOfFurther(TKey key, uint hash, IEqualityComparer<TKey>? comparer, long olderThan)
    {
        int youngest = -1;
        for (int place = NextPlaceOf(hash, FirstPlace); place >= 0; place = NextPlaceOf(hash, place))
        {
            ref Entry entry = ref _entries![place - 1];
            if (IsOf(entry, key, comparer, olderThan) && (youngest < 0 || entry.Id > _entries[youngest - 1].Id))
            {
                youngest = place;
            }
        }

        return youngest;
    }

    private readonly int IndexOfFurther(long id, uint hash)
    {
        int place = NextPlaceOf(hash, FirstPlace);
        while (place >= 0 && _entries![place - 1].Id != id)
        {
            place = NextPlaceOf(hash, place);
        }

        return place;
    }

    /// <returns>The first place after the one given that has the hash; -1 when there is none.</returns>
    private readonly int NextPlaceOf(uint hash, int place)
    {
        int index = _hashes.AsSpan(place, _count - place).IndexOf(hash);
        return index < 0 ? -1 : place + 1 + index;
    }

    private struct Entry
    {
        public long Id;
        public TKey Key;
        public int ThreadId;
        public bool IsInvalid;

        /// <summary>Whether it has taken too long: nobody joins it.</summary>
        public bool IsGivenUp;

        /// <summary>Clock milliseconds.</summary>
        public long Started;
        public CacheFlight<TValue>? Flight;
    }
}
