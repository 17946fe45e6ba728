using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>
/// A hierarchical timer wheel (Varghese and Lauck): three levels of 64 slots, each level 64 times as coarse as the one before. Filing, removing
/// and expiring an entry are O(1). Guarded by the shard's lock.
/// </summary>
/// <remarks>
/// A slot's entries are taken as a whole into a chain of due entries, from which they are expired or filed again one by one: the caller may
/// release the lock between any two of them.
/// </remarks>
internal sealed class ExpiryWheel<TKey, TValue>(long startMilliseconds, long tickMilliseconds)
{
    private const int LevelBits = 6;
    private const int SlotsPerLevel = 1 << LevelBits;
    private const int LevelCount = 3;

    /// <summary>The last tick that <see cref="TakeNextDue"/> began to work on. Filing is relative to it.</summary>
    private long _tick;

    private readonly TimedCacheNode<TKey, TValue>?[] _slots = new TimedCacheNode<TKey, TValue>?[LevelCount * SlotsPerLevel];

    /// <summary>First of the chain of taken entries.</summary>
    private TimedCacheNode<TKey, TValue>? _due;

    // The work in hand: slots of all ticks after _fromTick up to _tick, the finest level first. _level is LevelCount when there is none.
    private long _fromTick;
    private int _level = LevelCount;
    private long _cursor;

    /// <summary>Files an entry by the time at which it must go; one that never goes is left out.</summary>
    public void File(TimedCacheNode<TKey, TValue> node, long goneMilliseconds)
    {
        Debug.Assert(node.WheelSlot == 0, "The node is in no slot.");
        if (goneMilliseconds == long.MaxValue)
        {
            return;
        }

        // Rounded up: when the tick comes, the time has come.
        long tick = ((goneMilliseconds - startMilliseconds - 1) / tickMilliseconds) + 1;
        long distance = Math.Clamp(tick - _tick, 1, (1L << (LevelBits * LevelCount)) - 1);
        int level = distance < SlotsPerLevel ? 0 : distance < SlotsPerLevel * SlotsPerLevel ? 1 : 2;
        int slot = (level * SlotsPerLevel) + (int)(((_tick + distance) >> (LevelBits * level)) & (SlotsPerLevel - 1));
        TimedCacheNode<TKey, TValue>? next = _slots[slot];
        node.WheelPrevious = null;
        node.WheelNext = next;
        if (next is not null)
        {
            next.WheelPrevious = node;
        }

        _slots[slot] = node;
        node.WheelSlot = (short)(slot + 1);
    }

    public void Remove(TimedCacheNode<TKey, TValue> node)
    {
        if (node.WheelSlot == 0)
        {
            return;
        }

        TimedCacheNode<TKey, TValue>? previous = node.WheelPrevious;
        TimedCacheNode<TKey, TValue>? next = node.WheelNext;
        if (previous is not null)
        {
            previous.WheelNext = next;
        }
        else if (ReferenceEquals(_due, node))
        {
            // Its slot's chain was taken after it was filed.
            _due = next;
        }
        else
        {
            _slots[node.WheelSlot - 1] = next;
        }

        if (next is not null)
        {
            next.WheelPrevious = previous;
        }

        node.WheelPrevious = null;
        node.WheelNext = null;
        node.WheelSlot = 0;
    }

    /// <summary>Takes the next entry whose slot has come out of the wheel. The caller expires it or files it again.</summary>
    public TimedCacheNode<TKey, TValue>? TakeNextDue(long nowMilliseconds)
    {
        if (_due is null && !TryTakeSlot(nowMilliseconds))
        {
            return null;
        }

        TimedCacheNode<TKey, TValue> node = _due!;
        Remove(node);
        return node;
    }

    /// <summary>A lower bound of the time at which the first entry goes, exact to a tick within the finest level; null when empty.</summary>
    public long? GetFirstGoneMilliseconds()
    {
        for (int level = 0; level < LevelCount; level++)
        {
            long current = _tick >> (LevelBits * level);
            for (long slotTick = current + 1; slotTick <= current + SlotsPerLevel; slotTick++)
            {
                if (_slots[(level * SlotsPerLevel) + (int)(slotTick & (SlotsPerLevel - 1))] is not null)
                {
                    return startMilliseconds + ((slotTick << (LevelBits * level)) * tickMilliseconds);
                }
            }
        }

        return null;
    }

    private bool TryTakeSlot(long nowMilliseconds)
    {
        while (true)
        {
            if (_level == LevelCount && !TryStartWork(nowMilliseconds))
            {
                return false;
            }

            long last = _tick >> (LevelBits * _level);
            while (_cursor <= last)
            {
                int slot = (_level * SlotsPerLevel) + (int)(_cursor++ & (SlotsPerLevel - 1));
                if (_slots[slot] is TimedCacheNode<TKey, TValue> first)
                {
                    _slots[slot] = null;
                    _due = first;
                    return true;
                }
            }

            StartLevel(_level + 1);
        }
    }

    private bool TryStartWork(long nowMilliseconds)
    {
        long tick = (nowMilliseconds - startMilliseconds) / tickMilliseconds;
        if (tick <= _tick)
        {
            return false;
        }

        _fromTick = _tick;
        _tick = tick;
        StartLevel(0);
        return true;
    }

    private void StartLevel(int level)
    {
        _level = level;
        // One round of a level covers all its slots: after a suspend the wheel jumps, it does not step.
        _cursor = Math.Max((_fromTick >> (LevelBits * level)) + 1, (_tick >> (LevelBits * level)) - SlotsPerLevel + 1);
    }
}
