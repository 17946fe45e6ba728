namespace MemGuard.Bounded;

/// <summary>
/// The keys of a shard whose values are being created, one creation a key. Guarded by the shard's lock. A search compares hashes side by side,
/// many at a time; a creation that nobody waits for allocates nothing.
/// </summary>
internal sealed class CacheFlights<TKey, TValue>
{
    private uint[] _hashes = [];
    private Entry[] _entries = [];
    private int _count;
    private long _lastId;

    /// <summary>Notes that the caller creates the value: on this thread, or on none in particular when the thread is 0.</summary>
    /// <returns>The ticket of the creation.</returns>
    public long Add(TKey key, uint hash, int threadId, CacheFlight<TValue>? flight)
    {
        if (_count == _entries.Length)
        {
            int length = Math.Max(4, _count * 2);
            Array.Resize(ref _hashes, length);
            Array.Resize(ref _entries, length);
        }

        _hashes[_count] = hash;
        _entries[_count] = new Entry { Id = ++_lastId, Key = key, ThreadId = threadId, Flight = flight };
        _count++;
        return _lastId;
    }

    /// <summary>Finds the creation under way for a key, to wait for it.</summary>
    public bool TryJoin(TKey key, uint hash, IEqualityComparer<TKey>? comparer, out CacheFlight<TValue>? flight, out int threadId)
    {
        int index = _count == 0 ? -1 : IndexOf(key, hash, comparer);
        if (index < 0)
        {
            flight = null;
            threadId = 0;
            return false;
        }

        ref Entry entry = ref _entries[index];
        threadId = entry.ThreadId;
        // The thread itself would wait for ever.
        flight = threadId == Environment.CurrentManagedThreadId ? null : entry.Flight ??= new CacheFlight<TValue>();
        if (flight is not null)
        {
            flight.Waiters++;
        }

        return true;
    }

    /// <returns>The place of a creation, good until the lock is released; -1 when it has ended.</returns>
    public int IndexOf(long id, uint hash)
    {
        if (_count == 1 && _entries[0].Id == id)
        {
            return 0;
        }

        int index = NextIndexOf(hash, 0);
        while (index >= 0 && _entries[index].Id != id)
        {
            index = NextIndexOf(hash, index + 1);
        }

        return index;
    }

    /// <summary>Whether the key was set or removed since the creation began: its value must not be stored.</summary>
    public bool IsInvalid(int index) => _entries[index].IsInvalid;

    /// <summary>Ends a creation. The flight is where others wait for its outcome, null when nobody does.</summary>
    public void RemoveAt(int index, out CacheFlight<TValue>? flight)
    {
        flight = _entries[index].Flight;
        _count--;
        if (index != _count)
        {
            _hashes[index] = _hashes[_count];
            _entries[index] = _entries[_count];
        }

        _entries[_count] = default;
    }

    /// <summary>The key was set or removed: what is being created is out of date. Its waiters get it, nobody else does.</summary>
    public void Invalidate(TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        if (_count != 0)
        {
            InvalidateOne(key, hash, comparer);
        }
    }

    public void InvalidateAll()
    {
        for (int i = 0; i < _count; i++)
        {
            _entries[i].IsInvalid = true;
        }
    }

    /// <summary>The creation has lost its last waiter: newcomers start another.</summary>
    public void Invalidate(CacheFlight<TValue> flight)
    {
        for (int i = 0; i < _count; i++)
        {
            _entries[i].IsInvalid |= ReferenceEquals(_entries[i].Flight, flight);
        }
    }

    private void InvalidateOne(TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        if (IndexOf(key, hash, comparer) is int index and >= 0)
        {
            _entries[index].IsInvalid = true;
        }
    }

    private int IndexOf(TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        for (int index = NextIndexOf(hash, 0); index >= 0; index = NextIndexOf(hash, index + 1))
        {
            if (!_entries[index].IsInvalid && (comparer ?? EqualityComparer<TKey>.Default).Equals(_entries[index].Key, key))
            {
                return index;
            }
        }

        return -1;
    }

    private int NextIndexOf(uint hash, int start)
    {
        int index = _hashes.AsSpan(start, _count - start).IndexOf(hash);
        return index < 0 ? -1 : start + index;
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
