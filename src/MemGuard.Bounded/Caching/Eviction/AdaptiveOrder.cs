namespace MemGuard.Bounded;

/// <summary>
/// Newcomers pass through a small first-in-first-out window; on leaving it an entry must have been seen more often than the victim of the main
/// part, or it goes instead (W-TinyLFU's admission, Einziger, Friedman and Manes). The main part picks its victim with a hand that gives entries
/// read since its last visit another round (SIEVE, Zhang et al.). Reads only mark the entry; the marks reach the sketch when they are folded.
/// </summary>
internal sealed partial class AdaptiveOrder<TKey, TValue>(ExpiryWheel? wheel) : EvictionOrder<TKey, TValue>(wheel)
{
    /// <summary>Entries that the hand looks at before it settles for the least used of them: bounds the time under the lock.</summary>
    private const int MaxHandSteps = 16;

    /// <summary>Where the search for a victim goes on, towards newer entries; 0 to start at the oldest. Always in <see cref="_main"/>.</summary>
    private int _hand;

    /// <summary>The shard's, or the entries that the table has memory for if they are fewer.</summary>
    private int _capacity;

    // Structs, laid out in this order: the lists change with every insert, the others less often.
    private CacheList _window;
    private CacheList _main;
    private FrequencySketch _sketch;
    private WindowBalance _balance;

    /// <summary>Entries that would leave next; whether they are read tells what they are worth. One that leaves is taken out at once.</summary>
    private readonly int[] _watched = new int[MaxWatched];

    public override int Count => _window.Count + _main.Count;

    public override int Any => _main.Oldest != 0 ? _main.Oldest : _window.Oldest;

    // Of what is there, when weight keeps the count far below the capacity.
    private int WindowCapacity => Math.Max(1, (int)(Math.Min(_capacity, Count + 1) * _balance.Ratio));

    public override void Prefetch()
    {
        uint candidate = Slots[_window.Oldest].Hash;
        _sketch.Prefetch(candidate);
        MemoryPrefetch.Read(ref Table.GetBucket(candidate));
        MemoryPrefetch.Read(ref Links[_window.Newest]);
    }

    public override void RecordMiss(uint hash) => _balance.RecordMiss(hash);

    public override int MakeRoom(bool hasRoom)
    {
        int windowCapacity = WindowCapacity;
        while (_window.Count >= windowCapacity)
        {
            int candidate = _window.Oldest;
            _window.Remove(Links, candidate);
            // Only now is its arrival counted too: in the same visit to the sketch as its reads, and its estimate for the duel.
            int estimate = Fold(ref Slots[candidate], arrivals: 1);
            // Without a duel while there is room, and for what a shrunken window has in excess: losing it all at once costs hits.
            if (hasRoom || _window.Count >= windowCapacity)
            {
                AddToMain(candidate);
                continue;
            }

            return Duel(candidate, estimate);
        }

        return hasRoom ? 0 : TakeVictim();
    }

    public override void Add(int index)
    {
        Links[index].Where = CacheLink.InWindow;
        _window.AddNewest(Links, index);
        // The next candidate was last touched a long time ago. No more than asked for: to wait for it here would hold up whoever waits for the lock.
        MemoryPrefetch.Read(ref Slots[_window.Oldest].Hash);
        MemoryPrefetch.Read(ref Links[_window.Oldest]);
    }

    public override void Restore(int index, byte where)
    {
        if (where == CacheLink.InWindow)
        {
            Add(index);
        }
        else
        {
            AddToMain(index);
        }
    }

    public override void Remove(int index)
    {
        if (Links[index].Where == CacheLink.InWindow)
        {
            _window.Remove(Links, index);
        }
        else
        {
            RemoveFromMain(index);
        }
    }

    public override void Touch(int index) => Slots[index].Mark();

    public override int TakeVictim()
    {
        int victim = FindVictim();
        if (victim != 0)
        {
            RemoveFromMain(victim);
            return victim;
        }

        victim = _window.Oldest;
        if (victim != 0)
        {
            _window.Remove(Links, victim);
        }

        return victim;
    }

    public override void Move(int[] moved)
    {
        _window.Move(moved);
        _main.Move(moved);
        _hand = moved[_hand];
        for (int i = 0; i < _watched.Length; i++)
        {
            _watched[i] = moved[_watched[i]];
        }
    }

    public override void Resize(int capacity, int length)
    {
        // A cache that is bounded by weight alone may have a capacity that it never comes near.
        _capacity = Math.Min(capacity, length);
        _sketch.Resize(length, _capacity);
        _balance.Resize(_capacity);
    }

    /// <returns>The loser, out of its list.</returns>
    private int Duel(int candidate, int estimate)
    {
        if (_balance.RecordDuel())
        {
            WatchOthers();
        }

        uint hash = Slots[candidate].Hash;
        // A candidate that was seen but once loses: a scan of new keys must not wash out the main part, not even after a halving of the counters.
        // And a tie keeps the resident. The hand stays on a victim that won. When the counters are halved meanwhile, the candidate has an advantage.
        int victim = estimate > 1 ? FindVictim() : 0;
        if (victim == 0 || estimate <= _sketch.Estimate(Slots[victim].Hash))
        {
            _balance.RecordRejection(hash);
            return candidate;
        }

        RemoveFromMain(victim);
        AddToMain(candidate);
        return victim;
    }

    private int FindVictim()
    {
        int index = _hand != 0 ? _hand : _main.Oldest;
        int least = 0;
        int leastEstimate = int.MaxValue;
        for (int step = 0; step < MaxHandSteps && index != 0; step++)
        {
            ref CacheSlot<TKey, TValue> slot = ref Slots[index];
            if (slot.Frequency == 0)
            {
                _hand = index;
                return index;
            }

            EndWatch(index);
            int estimate = Fold(ref slot, arrivals: 0);
            if (estimate < leastEstimate)
            {
                least = index;
                leastEstimate = estimate;
            }

            index = GetNext(index);
        }

        _hand = index;
        return least;
    }

    private int GetNext(int index)
    {
        int newer = _main.GetNewer(Links, index);
        return newer != 0 ? newer : _main.Oldest;
    }

    /// <summary>Counts an entry's reads since the last time, and its arrival if that is new.</summary>
    /// <returns>How often its key was seen, by estimate.</returns>
    private int Fold(ref CacheSlot<TKey, TValue> slot, int arrivals)
    {
        int marks = slot.Frequency;
        if (marks > 0)
        {
            // A reader's mark between these two lines is lost.
            slot.Frequency = 0;
        }

        return _sketch.Add(slot.Hash, marks + arrivals);
    }

    private void AddToMain(int index)
    {
        Links[index].Where = CacheLink.InMain;
        _main.AddNewest(Links, index);
    }

    private void RemoveFromMain(int index)
    {
        if (_hand == index)
        {
            _hand = _main.GetNewer(Links, index);
            // The next victim was last touched a long time ago. By the next insert it will be here.
            MemoryPrefetch.Read(ref Slots[_hand].Hash);
        }

        EndWatch(index);
        _main.Remove(Links, index);
    }
}
