using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue> : ITickTarget
{
    /// <summary>Entries expired in one hold of a lock: about 0.1 ms.</summary>
    private const int MaxExpiredPerHold = 512;

    /// <summary>The unit of <see cref="CacheSlotExtra.SlidingSteps"/>: 497 days fit.</summary>
    private const long MillisecondsPerSlidingStep = 10;

    TimeSpan ITickTarget.TickPeriod => TimeSpan.FromMilliseconds(_tickMilliseconds);

    bool ITickTarget.Tick(long nowMilliseconds)
    {
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            while (ExpireSome(shard, nowMilliseconds))
            {
            }
        }

        ShortenSparseTable();
        return !Volatile.Read(ref _isDisposed);
    }

    private static long Add(long milliseconds, long more) => more > long.MaxValue - milliseconds ? long.MaxValue : milliseconds + more;

    private static long ToMilliseconds(TimeSpan? time) =>
        time is not TimeSpan given || given == TimeSpan.MaxValue ? long.MaxValue : (long)Math.Ceiling(given.TotalMilliseconds);

    private void InitializeExpiry(out long startMilliseconds)
    {
        _timeToLiveMilliseconds = ToMilliseconds(_options.TimeToLive);
        _slidingMilliseconds = ToMilliseconds(_options.SlidingExpiration);
        _slides = _slidingMilliseconds != long.MaxValue || _options.ItemSlidingExpiration is not null;
        _refreshMilliseconds = ToMilliseconds(_options.RefreshAfter);
        _staleMilliseconds = _options.StaleFor is null ? 0 : ToMilliseconds(_options.StaleFor);
        _tickMilliseconds = Math.Clamp(Math.Min(Math.Min(_timeToLiveMilliseconds, _slidingMilliseconds), _refreshMilliseconds) / 64, 10, 1000);
        _usesCoarseClock = ReferenceEquals(_timeProvider, TimeProvider.System) && !_options.PreciseExpiration && _options.ItemTimeToLive is null && _options.ItemSlidingExpiration is null;
        startMilliseconds = GetPreciseMilliseconds();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long GetPreciseMilliseconds() => SharedTicker.GetMilliseconds(_timeProvider);

    private long GetTimeToLive(TKey key, TValue value)
    {
        if (!_isTimed || _options.ItemTimeToLive is null)
        {
            return _timeToLiveMilliseconds;
        }

        TimeSpan timeToLive = _options.ItemTimeToLive(key, value);
        return timeToLive >= TimeSpan.FromMilliseconds(1)
            ? GetItemMilliseconds(timeToLive)
            : throw new InvalidOperationException($"ItemTimeToLive returned {timeToLive}: it must be at least 1 millisecond.");
    }

    private uint GetSlidingSteps(TKey key, TValue value)
    {
        if (!_slides || _options.ItemSlidingExpiration is null)
        {
            return 0;
        }

        TimeSpan sliding = _options.ItemSlidingExpiration(key, value);
        if (sliding < TimeSpan.FromMilliseconds(1))
        {
            throw new InvalidOperationException($"ItemSlidingExpiration returned {sliding}: it must be at least 1 millisecond.");
        }

        double steps = Math.Ceiling(sliding.TotalMilliseconds / MillisecondsPerSlidingStep);
        return steps < uint.MaxValue ? (uint)steps : 0;
    }

    private long GetItemMilliseconds(TimeSpan timeToLive)
    {
        long milliseconds = ToMilliseconds(timeToLive);
        // Written once: it lies beside what every reader reads.
        if (_usesCoarseClock && milliseconds / 64 < _tickMilliseconds)
        {
            _usesCoarseClock = false;
            _isSpecial = true;
        }

        return milliseconds;
    }

    /// <summary>The clock of a read.</summary>
    private long GetMilliseconds() => _usesCoarseClock ? SharedTicker.CoarseMilliseconds : GetPreciseMilliseconds();

    /// <summary>Whether an entry is good, for a reader with or without the lock. Notes the access where entries expire by it.</summary>
    private bool TryAccess(CacheTable<TKey, TValue> table, int index, long now)
    {
        long deadline = table.GetSlot(index).Deadline;
        if (!_slides)
        {
            return now < deadline;
        }

        // Where each entry has its own sliding expiration, most have none: their accesses are not noted, and the line stays shared.
        long sliding = GetSlidingMilliseconds(table, index);
        if (sliding == long.MaxValue)
        {
            return now < deadline;
        }

        ref long lastAccess = ref table.Extras[index].LastAccess;
        if (now >= Math.Min(deadline, Add(Volatile.Read(ref lastAccess), sliding)))
        {
            return false;
        }

        Slide(ref lastAccess, now);
        return true;
    }

    // Without the lock the slot may have another entry by now: one that was written this moment lives on as if it were read as well.
    private static void Slide(ref long lastAccess, long now)
    {
        long last = Volatile.Read(ref lastAccess);
        // Once per step of the clock, not once per read: the line stays shared.
        if (last < now)
        {
            Interlocked.CompareExchange(ref lastAccess, now, last);
        }
    }

    private bool IsExpired(int index, long now) => GetExpiry(_table, index) <= now;

    private long GetExpiry(CacheTable<TKey, TValue> table, int index)
    {
        long deadline = table.GetSlot(index).Deadline;
        return _slides ? Math.Min(deadline, Add(Volatile.Read(ref table.Extras[index].LastAccess), GetSlidingMilliseconds(table, index))) : deadline;
    }

    private long GetSlidingMilliseconds(CacheTable<TKey, TValue> table, int index)
    {
        if (_options.ItemSlidingExpiration is null)
        {
            return _slidingMilliseconds;
        }

        uint steps = table.Extras[index].SlidingSteps;
        return steps == 0 ? long.MaxValue : steps * MillisecondsPerSlidingStep;
    }

    /// <summary>When an entry must be gone: after its time for stale reads, if there is one.</summary>
    private long GetGoneUnsynchronized(int index) => Add(GetExpiry(_table, index), _staleMilliseconds);

    /// <summary>Enters a written entry in the wheel, which it may be in already.</summary>
    /// <param name="shard">Its shard.</param>
    /// <param name="index">The entry.</param>
    /// <param name="isEarlier">Whether it may have to go sooner than before.</param>
    private void FileUnsynchronized(EvictionOrder<TKey, TValue> shard, int index, bool isEarlier)
    {
        // An entry that lives longer than its slot is filed again when the slot comes out, not now.
        if (isEarlier || !shard.Wheel!.IsFiled(index))
        {
            shard.Wheel!.Remove(index);
            shard.Wheel.File(index, GetGoneUnsynchronized(index));
        }
    }

    /// <returns>Whether more may be due.</returns>
    private bool ExpireSome(EvictionOrder<TKey, TValue> shard, long nowMilliseconds)
    {
        CacheRemovals<TKey, TValue> removals = default;
        try
        {
            using (shard.Gate.EnterScope())
            {
                return ExpireUnsynchronized(shard, nowMilliseconds, ref removals);
            }
        }
        finally
        {
            Report(ref removals);
        }
    }

    /// <returns>Whether more may be due.</returns>
    private bool ExpireUnsynchronized(EvictionOrder<TKey, TValue> shard, long nowMilliseconds, ref CacheRemovals<TKey, TValue> removals)
    {
        for (int i = 0; i < MaxExpiredPerHold; i++)
        {
            int index = shard.Wheel!.TakeNextDue(nowMilliseconds);
            if (index == 0)
            {
                return false;
            }

            long gone = GetGoneUnsynchronized(index);
            if (gone <= nowMilliseconds)
            {
                RemoveUnsynchronized(shard, index, EvictionReason.Expired, ref removals);
            }
            else
            {
                shard.Wheel.File(index, gone);
            }
        }

        return true;
    }
}
