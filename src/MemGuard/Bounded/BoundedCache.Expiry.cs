using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue> : ITickTarget
{
    /// <summary>Entries expired in one hold of a lock: about 0.1 ms.</summary>
    private const int MaxExpiredPerHold = 512;

    private long _timeToLiveMilliseconds;
    private long _slidingMilliseconds;
    private long _staleMilliseconds;
    private long _tickMilliseconds;

    /// <summary>Whether reads use the shared coarse clock. Turned off for good by an item that lives for less than 64 of its steps.</summary>
    private bool _usesCoarseClock;

    /// <summary>Whether a read has but to compare the deadline with the coarse clock.</summary>
    private bool _isSimplyTimed;

    TimeSpan ITickTarget.TickPeriod => TimeSpan.FromMilliseconds(_tickMilliseconds);

    bool ITickTarget.Tick(long nowMilliseconds)
    {
        foreach (CacheShard<TKey, TValue> shard in _shards)
        {
            bool hasMore = true;
            while (hasMore)
            {
                CacheRemovals<TKey, TValue> removals = default;
                using (shard.Gate.EnterScope())
                {
                    hasMore = ExpireUnsynchronized(shard, nowMilliseconds, ref removals);
                }

                Report(ref removals);
            }
        }

        return !Volatile.Read(ref _isDisposed);
    }

    /// <summary>Expires all that is due and measures each hold of a lock, by the clock of the measuring program.</summary>
    internal (TimeSpan Longest, TimeSpan Total, int Holds) MeasureExpiryHolds(long nowMilliseconds, Func<TimeSpan> clock)
    {
        TimeSpan longest = TimeSpan.Zero;
        TimeSpan total = TimeSpan.Zero;
        int holds = 0;
        foreach (CacheShard<TKey, TValue> shard in _shards)
        {
            bool hasMore = true;
            while (hasMore)
            {
                CacheRemovals<TKey, TValue> removals = default;
                TimeSpan began = clock();
                using (shard.Gate.EnterScope())
                {
                    hasMore = ExpireUnsynchronized(shard, nowMilliseconds, ref removals);
                }

                TimeSpan held = clock() - began;
                Report(ref removals);
                longest = held > longest ? held : longest;
                total += held;
                holds++;
            }
        }

        return (longest, total, holds);
    }

    private static long Add(long milliseconds, long more) => more > long.MaxValue - milliseconds ? long.MaxValue : milliseconds + more;

    private static long ToMilliseconds(TimeSpan? time) =>
        time is not TimeSpan given || given == TimeSpan.MaxValue ? long.MaxValue : (long)Math.Ceiling(given.TotalMilliseconds);

    private void InitializeExpiry(out long startMilliseconds)
    {
        _timeToLiveMilliseconds = ToMilliseconds(_options.TimeToLive);
        _slidingMilliseconds = ToMilliseconds(_options.SlidingExpiration);
        _staleMilliseconds = _options.StaleFor is null ? 0 : ToMilliseconds(_options.StaleFor);
        _tickMilliseconds = Math.Clamp(Math.Min(_timeToLiveMilliseconds, _slidingMilliseconds) / 64, 10, 1000);
        _usesCoarseClock = ReferenceEquals(_timeProvider, TimeProvider.System) && !_options.PreciseExpiration && _options.ItemTimeToLive is null;
        _isSimplyTimed = _usesCoarseClock && _slidingMilliseconds == long.MaxValue;
        startMilliseconds = GetPreciseMilliseconds();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long GetPreciseMilliseconds() => SharedTicker.GetMilliseconds(_timeProvider);

    private long GetTimeToLive(TKey key, TValue value)
    {
        if (_options.ItemTimeToLive is null)
        {
            return _timeToLiveMilliseconds;
        }

        TimeSpan timeToLive = _options.ItemTimeToLive(key, value);
        return timeToLive >= TimeSpan.FromMilliseconds(1)
            ? GetItemMilliseconds(timeToLive)
            : throw new InvalidOperationException($"ItemTimeToLive returned {timeToLive}: it must be at least 1 millisecond.");
    }

    private long GetItemMilliseconds(TimeSpan timeToLive)
    {
        long milliseconds = ToMilliseconds(timeToLive);
        if (milliseconds / 64 < _tickMilliseconds)
        {
            _isSimplyTimed = false;
            _usesCoarseClock = false;
        }

        return milliseconds;
    }

    private long GetDeadline(long timeToLive) => _isTimed ? Add(GetPreciseMilliseconds(), timeToLive) : long.MaxValue;

    /// <summary>Whether an entry is good, for a reader without the lock. Notes the access where entries expire by it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAccess(CacheNode<TKey, TValue> node)
    {
        long deadline = Volatile.Read(ref Unsafe.As<TimedCacheNode<TKey, TValue>>(node).Deadline);
        if (_isSimplyTimed)
        {
            return SharedTicker.CoarseMilliseconds < deadline;
        }

        return TryAccessPrecisely(node, deadline);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAccessPrecisely(CacheNode<TKey, TValue> node, long deadline)
    {
        long now = _usesCoarseClock ? SharedTicker.CoarseMilliseconds : GetPreciseMilliseconds();
        return now < deadline && (_slidingMilliseconds == long.MaxValue || TrySlide(Unsafe.As<TimedCacheNode<TKey, TValue>>(node), now));
    }

    private bool TrySlide(TimedCacheNode<TKey, TValue> node, long now)
    {
        SlidingCacheNode<TKey, TValue> sliding = Unsafe.As<SlidingCacheNode<TKey, TValue>>(node);
        long last = Volatile.Read(ref sliding.LastAccess);
        if (now - last >= _slidingMilliseconds)
        {
            return false;
        }

        // Once per step of the clock, not once per read: the line stays shared.
        if (last < now)
        {
            Volatile.Write(ref sliding.LastAccess, now);
        }

        return true;
    }

    private bool IsExpired(CacheNode<TKey, TValue> node, long now) => GetExpiry((TimedCacheNode<TKey, TValue>)node) <= now;

    private long GetExpiry(TimedCacheNode<TKey, TValue> node) =>
        _slidingMilliseconds == long.MaxValue
            ? node.Deadline
            : Math.Min(node.Deadline, Add(Volatile.Read(ref ((SlidingCacheNode<TKey, TValue>)node).LastAccess), _slidingMilliseconds));

    private void FileUnsynchronized(CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> node, long deadline)
    {
        if (_isTimed)
        {
            TimedCacheNode<TKey, TValue> timed = (TimedCacheNode<TKey, TValue>)node;
            Volatile.Write(ref timed.Deadline, deadline);
            shard.Wheel!.File(timed, Add(GetExpiry(timed), _staleMilliseconds));
        }
    }

    private void RefileUnsynchronized(CacheShard<TKey, TValue> shard, CacheNode<TKey, TValue> node, long deadline)
    {
        if (!_isTimed)
        {
            return;
        }

        TimedCacheNode<TKey, TValue> timed = (TimedCacheNode<TKey, TValue>)node;
        if (_slidingMilliseconds != long.MaxValue)
        {
            Volatile.Write(ref ((SlidingCacheNode<TKey, TValue>)timed).LastAccess, GetPreciseMilliseconds());
        }

        bool isEarlier = deadline < timed.Deadline;
        Volatile.Write(ref timed.Deadline, deadline);
        // An entry that lives longer than its slot is filed again when the slot comes out, not now.
        if (isEarlier || timed.WheelSlot == 0)
        {
            shard.Wheel!.Remove(timed);
            shard.Wheel.File(timed, Add(GetExpiry(timed), _staleMilliseconds));
        }
    }

    /// <returns>Whether more may be due.</returns>
    private bool ExpireUnsynchronized(CacheShard<TKey, TValue> shard, long nowMilliseconds, ref CacheRemovals<TKey, TValue> removals)
    {
        for (int i = 0; i < MaxExpiredPerHold; i++)
        {
            if (shard.Wheel!.TakeNextDue(nowMilliseconds) is not TimedCacheNode<TKey, TValue> node)
            {
                return false;
            }

            long gone = Add(GetExpiry(node), _staleMilliseconds);
            if (gone <= nowMilliseconds)
            {
                RemoveUnsynchronized(shard, node, EvictionReason.Expired, ref removals);
            }
            else
            {
                shard.Wheel.File(node, gone);
            }
        }

        return true;
    }
}
