namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Entries evicted in one hold of a lock when the cache shrinks.</summary>
    private const int MaxEvictedPerHold = 512;

    /// <summary>The most entries that the cache may hold. It may be set at any time, to 1 at least.</summary>
    /// <remarks>From the moment it is lowered the count does not rise; when the setter returns, enough entries have left, in small steps.</remarks>
    public int Capacity
    {
        get => Volatile.Read(ref _capacity);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            lock (_resizing)
            {
                // The higher one is reported until the lower one holds: whoever reads it sees the count rise no more.
                Volatile.Write(ref _capacity, Math.Max(value, _capacity));
                ApplyCapacityUnsynchronized(value);
                Volatile.Write(ref _capacity, value);
            }

            EvictExcess();
            ShortenSparseTable();
        }
    }

    /// <summary>Whether entries have more than their slots.</summary>
    private bool HasExtras => _isTimed || _maxWeight > 0;

    /// <summary>Evicts the entries that are least worth keeping.</summary>
    /// <param name="ratio">The share of the present entries that must leave, 0–1; whole entries, rounded down as by the framework's <c>Compact</c>.</param>
    public void Trim(double ratio)
    {
        if (!(ratio is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "The ratio must be between 0 and 1.");
        }

        // Bounded by what was there: entries that others add meanwhile are not its concern.
        int rest = (int)(Count * ratio);
        while (rest > 0 && EvictSome(Math.Min(rest, MaxEvictedPerHold), out int evicted))
        {
            rest -= evicted;
        }

        ShortenSparseTable();
    }

    bool IBoundedStructure.OnPressure(double ratio, TimeSpan elapsed)
    {
        if (!_options.ShrinkUnderPressure)
        {
            return false;
        }

        bool hasChanged;
        lock (_resizing)
        {
            hasChanged = _pressure.Update(ratio, elapsed);
            if (hasChanged)
            {
                ApplyCapacityUnsynchronized(_capacity);
            }
        }

        if (hasChanged)
        {
            // Called outside the lock: what it evicts is reported to the user.
            EvictExcess();
            ShortenSparseTable();
        }

        return _pressure.Ratio < 1;
    }

    void IBoundedStructure.OnPressureGone()
    {
        lock (_resizing)
        {
            if (_pressure.Release())
            {
                ApplyCapacityUnsynchronized(_capacity);
            }
        }
    }

    private void ApplyCapacityUnsynchronized(int capacity)
    {
        _occupancy.SetCapacity(Math.Clamp((int)(capacity * _pressure.Ratio), 1, MostEntries));
        ResizeShards();
    }

    private void EvictExcess()
    {
        while ((_occupancy.IsOverfull || Volatile.Read(ref _weight) > EffectiveMaxWeight) && EvictSome(MaxEvictedPerHold, out _, onlyExcess: true))
        {
        }
    }

    /// <summary>Makes room from whichever shard has an entry to give; at least one has, since the cache is full.</summary>
    private void EvictFromAnyShard(ref CacheRemovals<TKey, TValue> removals)
    {
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            using (shard.Gate.EnterScope())
            {
                if (TryEvictUnsynchronized(shard, ref removals))
                {
                    return;
                }
            }
        }
    }

    /// <returns>False when nothing was left to evict.</returns>
    private bool EvictSome(int most, out int evicted, bool onlyExcess = false)
    {
        EvictionOrder<TKey, TValue> largest = _shards[0];
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            // A racy read of a counter: any shard will do, the largest does best.
            largest = shard.Count > largest.Count ? shard : largest;
        }

        evicted = EvictSome(largest, most, onlyExcess);
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            // It may have been emptied since.
            evicted = evicted > 0 ? evicted : EvictSome(shard, most, onlyExcess);
        }

        return evicted > 0;
    }

    private int EvictSome(EvictionOrder<TKey, TValue> shard, int most, bool onlyExcess)
    {
        CacheRemovals<TKey, TValue> removals = default;
        int evicted = 0;
        try
        {
            using (shard.Gate.EnterScope())
            {
                while (evicted < most && (!onlyExcess || _occupancy.IsOverfull || _weight > EffectiveMaxWeight) && TryEvictUnsynchronized(shard, ref removals))
                {
                    evicted++;
                }
            }
        }
        finally
        {
            Report(ref removals);
        }

        return evicted;
    }

    /// <returns>False when the shard has nothing to give.</returns>
    private bool TryEvictUnsynchronized(EvictionOrder<TKey, TValue> shard, ref CacheRemovals<TKey, TValue> removals)
    {
        ReserveReport(ref removals);
        int victim = shard.TakeVictim();
        if (victim == 0)
        {
            return false;
        }

        DropUnsynchronized(shard, victim, EvictionReason.Capacity, ref removals);
        FreeUnsynchronized(victim);
        return true;
    }
}
