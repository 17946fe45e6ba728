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

    /// <summary>Entries that would leave next; whether they are read tells what they are worth. A node that leaves is taken out at once.</summary>
    private readonly CacheNode<TKey, TValue>?[] _watched = new CacheNode<TKey, TValue>?[MaxWatched];

    private CacheList<TKey, TValue> _window;
    private CacheList<TKey, TValue> _main;

    /// <summary>Where the search for a victim goes on, towards newer entries; null to start at the oldest. Always in <see cref="_main"/>.</summary>
    private CacheNode<TKey, TValue>? _hand;

    private int _capacity;

    public override int Count => _window.Count + _main.Count;

    public override CacheNode<TKey, TValue>? Oldest => _main.Oldest ?? _window.Oldest;

    public override CacheNode<TKey, TValue>? NextVictim => _hand;

    // Of what is there, when weight keeps the count far below the capacity.
    private int WindowCapacity => Math.Max(1, (int)(Math.Min(_capacity, Count + 1) * _balance.Ratio));

    public override void RecordMiss(uint hash)
    {
        _sketch.Add(hash, 1);
        _balance.RecordMiss(hash);
    }

    public override CacheNode<TKey, TValue>? MakeRoom(bool hasRoom)
    {
        int windowCapacity = WindowCapacity;
        while (_window.Count >= windowCapacity)
        {
            CacheNode<TKey, TValue> candidate = _window.Oldest!;
            _window.Remove(candidate);
            Fold(candidate);
            // Without a duel while there is room, and for what a shrunken window has in excess: losing it all at once costs hits.
            if (hasRoom || _window.Count >= windowCapacity)
            {
                AddToMain(candidate);
                continue;
            }

            return Duel(candidate);
        }

        return hasRoom ? null : TakeVictim();
    }

    public override void Add(CacheNode<TKey, TValue> node)
    {
        node.Where = CacheNode<TKey, TValue>.InWindow;
        _window.AddNewest(node);
    }

    public override void Restore(CacheNode<TKey, TValue> node, byte where)
    {
        if (where == CacheNode<TKey, TValue>.InWindow)
        {
            Add(node);
        }
        else
        {
            AddToMain(node);
        }
    }

    public override void Remove(CacheNode<TKey, TValue> node)
    {
        if (node.Where == CacheNode<TKey, TValue>.InWindow)
        {
            _window.Remove(node);
        }
        else
        {
            RemoveFromMain(node);
        }
    }

    public override void Replace(CacheNode<TKey, TValue> node, CacheNode<TKey, TValue> replacement)
    {
        replacement.Where = node.Where;
        if (node.Where == CacheNode<TKey, TValue>.InWindow)
        {
            _window.Replace(node, replacement);
            return;
        }

        if (ReferenceEquals(_hand, node))
        {
            _hand = replacement;
        }

        EndWatch(node);
        _main.Replace(node, replacement);
    }

    public override void Touch(CacheNode<TKey, TValue> node)
    {
        if (node.Frequency < CacheNode<TKey, TValue>.MaxFrequency)
        {
            node.Frequency++;
        }
    }

    public override CacheNode<TKey, TValue>? TakeVictim()
    {
        CacheNode<TKey, TValue>? victim = FindVictim();
        if (victim is not null)
        {
            RemoveFromMain(victim);
            return victim;
        }

        victim = _window.Oldest;
        if (victim is not null)
        {
            _window.Remove(victim);
        }

        return victim;
    }

    public override void Resize(int capacity, int tableLength)
    {
        _capacity = capacity;
        _sketch.Resize(tableLength, capacity);
        _balance.Resize(capacity);
    }

    /// <returns>The loser, out of its list.</returns>
    private CacheNode<TKey, TValue> Duel(CacheNode<TKey, TValue> candidate)
    {
        if (_balance.RecordDuel())
        {
            WatchOthers();
        }

        CacheNode<TKey, TValue>? victim = FindVictim();
        // A tie keeps the resident, and so does a candidate that was seen but once: a scan of new keys must not wash out the main part, not even
        // after a halving of the counters. The hand stays on a victim that won.
        if (victim is null || _sketch.Estimate(candidate.Hash) <= Math.Max(1, _sketch.Estimate(victim.Hash)))
        {
            _balance.RecordRejection(candidate.Hash);
            return candidate;
        }

        RemoveFromMain(victim);
        AddToMain(candidate);
        return victim;
    }

    private CacheNode<TKey, TValue>? FindVictim()
    {
        CacheNode<TKey, TValue>? node = _hand ?? _main.Oldest;
        CacheNode<TKey, TValue>? least = null;
        int leastEstimate = int.MaxValue;
        for (int step = 0; step < MaxHandSteps && node is not null; step++)
        {
            if (node.Frequency == 0)
            {
                _hand = node;
                return node;
            }

            EndWatch(node);
            Fold(node);
            int estimate = _sketch.Estimate(node.Hash);
            if (estimate < leastEstimate)
            {
                least = node;
                leastEstimate = estimate;
            }

            node = node.Newer ?? _main.Oldest;
        }

        _hand = node;
        return least;
    }

    private void Fold(CacheNode<TKey, TValue> node)
    {
        int marks = node.Frequency;
        if (marks > 0)
        {
            // A reader's mark between these two lines is lost.
            node.Frequency = 0;
            _sketch.Add(node.Hash, marks);
        }
    }

    private void AddToMain(CacheNode<TKey, TValue> node)
    {
        node.Where = CacheNode<TKey, TValue>.InMain;
        _main.AddNewest(node);
    }

    private void RemoveFromMain(CacheNode<TKey, TValue> node)
    {
        if (ReferenceEquals(_hand, node))
        {
            _hand = node.Newer;
            if (_hand is not null)
            {
                // The next victim was last touched a long time ago. By the next insert it will be here.
                Prefetch.Read(ref _hand.Hash);
            }
        }

        EndWatch(node);
        _main.Remove(node);
    }

    /// <summary>Ends all watches and begins new ones, on entries without a mark from the hand onwards.</summary>
    private void WatchOthers()
    {
        foreach (CacheNode<TKey, TValue>? watched in _watched)
        {
            if (watched is not null)
            {
                EndWatch(watched);
            }
        }

        int most = Math.Clamp(_capacity / MaxWatched, 4, MaxWatched);
        int count = 0;
        CacheNode<TKey, TValue>? node = _hand ?? _main.Oldest;
        for (int step = 0; step < 2 * most && count < most && node is not null; step++)
        {
            if (node.Frequency == 0 && node.Watch == 0)
            {
                _watched[count++] = node;
                node.Watch = (byte)count;
            }

            node = node.Newer ?? _main.Oldest;
        }

        _balance.RecordWatch(count);
    }

    private void EndWatch(CacheNode<TKey, TValue> node)
    {
        if (node.Watch == 0)
        {
            return;
        }

        if (node.Frequency > 0)
        {
            _balance.RecordRead();
        }

        _watched[node.Watch - 1] = null;
        node.Watch = 0;
    }
}
