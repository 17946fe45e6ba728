namespace MemGuard.Bounded;

/// <summary>
/// The keys of a shard whose values are being created, one creation a key. Guarded by the shard's lock. A creation that nobody waits for
/// allocates nothing, and one that is alone in its shard touches no memory but this: it lies beside the lock. Further ones lie in arrays, where a
/// search compares hashes side by side, many at a time. Never copied.
/// </summary>
internal struct CacheFlights<TKey, TValue>
{
    /// <summary>The place of <see cref="_first"/>; the others have places from 1 on.</summary>
    private const int FirstPlace = 0;

    /// <summary>Free while its id is 0.</summary>
    private Entry _first;

    private uint _firstHash;
    private int _count;
    private uint[]? _hashes;
    private Entry[]? _entries;
    private long _lastId;

    /// <summary>Notes that the caller creates the value: on this thread, or on none in particular when the thread is 0.</summary>
    /// <returns>The ticket of the creation.</returns>
    public long Add(TKey key, uint hash, int threadId, CacheFlight<TValue>? flight)
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
        entry.Flight = flight;
        return entry.Id;
    }

    /// <summary>Finds the creation under way for a key, to wait for it; it comes without a flight where this thread is the creator.</summary>
    public bool TryJoin(TKey key, uint hash, IEqualityComparer<TKey>? comparer, out CacheFlight<TValue>? flight)
    {
        int place = IndexOf(key, hash, comparer);
        if (place < 0)
        {
            flight = null;
            return false;
        }

        ref Entry entry = ref GetEntry(ref this, place);
        // The thread itself would wait for ever.
        flight = entry.ThreadId == CurrentThread.Id ? null : entry.Flight ??= new CacheFlight<TValue>();
        if (flight is not null)
        {
            flight.Waiters++;
        }

        return true;
    }

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
    public void Invalidate(TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        int place = IndexOf(key, hash, comparer);
        if (place >= 0)
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

    /// <returns>The place of a key's creation, unless it is out of date; -1 when there is none.</returns>
    private readonly int IndexOf(TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        if (_first.Id != 0 && _firstHash == hash && IsOf(_first, key, comparer))
        {
            return FirstPlace;
        }

        return _count == 0 ? -1 : IndexOfFurther(key, hash, comparer);
    }

    private static ref Entry GetEntry(ref CacheFlights<TKey, TValue> flights, int place)
    {
        if (place == FirstPlace)
        {
            return ref flights._first;
        }

        return ref flights._entries![place - 1];
    }

    private static bool IsOf(in Entry entry, TKey key, IEqualityComparer<TKey>? comparer) =>
        !entry.IsInvalid && (comparer ?? EqualityComparer<TKey>.Default).Equals(entry.Key, key);

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

    private readonly int IndexOfFurther(TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        int place = NextPlaceOf(hash, FirstPlace);
        while (place >= 0 && !IsOf(_entries![place - 1], key, comparer))
        {
            place = NextPlaceOf(hash, place);
        }

        return place;
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
        public CacheFlight<TValue>? Flight;
    }
}
