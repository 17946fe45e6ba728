namespace MemGuard.Bounded;

/// <summary>
/// Newcomers pass through a small first-in-first-out window; on leaving it an entry must have been seen more often than the victim of the main
/// part, or it goes instead (W-TinyLFU's admission, Einziger, Friedman and Manes). The main part picks its victim with a hand that gives entries
/// read since its last visit another round (SIEVE, Zhang et al.). Reads only mark the entry; the marks reach the sketch when they are folded.
/// </summary>
internal sealed class AdaptivePolicy<TKey, TValue> : CachePolicy<TKey, TValue>
{
    /// <summary>Entries that the hand looks at before it settles for the least used of them: bounds the time under the lock.</summary>
    private const int MaxHandSteps = 16;

    private const int MaxWatched = 32;

    private readonly FrequencySketch _sketch = new(wordCount: 8, capacity: 8);
    private readonly WindowBalance _balance = new();

    /// <summary>Entries that would leave next; whether they are read tells what they are worth. One that leaves is taken out at once.</summary>
    private readonly int[] _watched = new int[MaxWatched];

    private CacheList<TKey, TValue> _window;
    private CacheList<TKey, TValue> _main;

    /// <summary>Where the search for a victim goes on, towards newer entries; 0 to start at the oldest. Always in <see cref="_main"/>.</summary>
    private int _hand;

    private int _capacity;

    public override int Count => _window.Count + _main.Count;

    public override int Oldest => _main.Oldest != 0 ? _main.Oldest : _window.Oldest;

    public override int NextVictim => _hand;

    // Of what is there, when weight keeps the count far below the capacity.
    private int WindowCapacity => Math.Max(1, (int)(Math.Min(_capacity, Count + 1) * _balance.Ratio));

    public override void RecordMiss(uint hash)
    {
        _sketch.Add(hash, 1);
        _balance.RecordMiss(hash);
    }

    public override int MakeRoom(bool hasRoom)
    {
        int windowCapacity = WindowCapacity;
        while (_window.Count >= windowCapacity)
        {
            int candidate = _window.Oldest;
            _window.Remove(Slots, candidate);
            Fold(ref Slots[candidate]);
            // Without a duel while there is room, and for what a shrunken window has in excess: losing it all at once costs hits.
            if (hasRoom || _window.Count >= windowCapacity)
            {
                AddToMain(candidate);
                continue;
            }

            return Duel(candidate);
        }

        return hasRoom ? 0 : TakeVictim();
    }

    public override void Add(int index)
    {
        Slots[index].Where = CacheSlot<TKey, TValue>.InWindow;
        _window.AddNewest(Slots, index);
    }

    public override void Restore(int index, byte where)
    {
        if (where == CacheSlot<TKey, TValue>.InWindow)
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
        if (Slots[index].Where == CacheSlot<TKey, TValue>.InWindow)
        {
            _window.Remove(Slots, index);
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
            _window.Remove(Slots, victim);
        }

        return victim;
    }

    public override void Resize(int capacity, int bucketCount)
    {
        _capacity = capacity;
        _sketch.Resize(bucketCount, capacity);
        _balance.Resize(capacity);
    }

    /// <returns>The loser, out of its list.</returns>
    private int Duel(int candidate)
    {
        if (_balance.RecordDuel())
        {
            WatchOthers();
        }

        int victim = FindVictim();
        uint hash = Slots[candidate].Hash;
        // A tie keeps the resident, and so does a candidate that was seen but once: a scan of new keys must not wash out the main part, not even
        // after a halving of the counters. The hand stays on a victim that won.
        if (victim == 0 || _sketch.Estimate(hash) <= Math.Max(1, _sketch.Estimate(Slots[victim].Hash)))
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

            EndWatch(ref slot);
            Fold(ref slot);
            int estimate = _sketch.Estimate(slot.Hash);
            if (estimate < leastEstimate)
            {
                least = index;
                leastEstimate = estimate;
            }

            index = GetNext(slot);
        }

        _hand = index;
        return least;
    }

    private int GetNext(in CacheSlot<TKey, TValue> slot) => slot.Newer != 0 ? slot.Newer : _main.Oldest;

    private void Fold(ref CacheSlot<TKey, TValue> slot)
    {
        int marks = slot.Frequency;
        if (marks > 0)
        {
            // A reader's mark between these two lines is lost.
            slot.Frequency = 0;
            _sketch.Add(slot.Hash, marks);
        }
    }

    private void AddToMain(int index)
    {
        Slots[index].Where = CacheSlot<TKey, TValue>.InMain;
        _main.AddNewest(Slots, index);
    }

    private void RemoveFromMain(int index)
    {
        ref CacheSlot<TKey, TValue> slot = ref Slots[index];
        if (_hand == index)
        {
            _hand = slot.Newer;
            // The next victim was last touched a long time ago. By the next insert it will be here.
            Prefetch.Read(ref Slots[_hand].Hash);
        }

        EndWatch(ref slot);
        _main.Remove(Slots, index);
    }

    /// <summary>Ends all watches and begins new ones, on entries without a mark from the hand onwards.</summary>
    private void WatchOthers()
    {
        foreach (int watched in _watched)
        {
            if (watched != 0)
            {
                EndWatch(ref Slots[watched]);
            }
        }

        int most = Math.Clamp(_capacity / MaxWatched, 4, MaxWatched);
        int count = 0;
        int index = _hand != 0 ? _hand : _main.Oldest;
        for (int step = 0; step < 2 * most && count < most && index != 0; step++)
        {
            ref CacheSlot<TKey, TValue> slot = ref Slots[index];
            if (slot.Frequency == 0 && slot.Watch == 0)
            {
                _watched[count++] = index;
                slot.Watch = (byte)count;
            }

            index = GetNext(slot);
        }

        _balance.RecordWatch(count);
    }

    private void EndWatch(ref CacheSlot<TKey, TValue> slot)
    {
        if (slot.Watch == 0)
        {
            return;
        }

        if (slot.Frequency > 0)
        {
            _balance.RecordRead();
        }

        _watched[slot.Watch - 1] = 0;
        slot.Watch = 0;
    }
}
