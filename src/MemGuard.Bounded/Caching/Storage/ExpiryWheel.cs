using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>
/// A hierarchical timer wheel (Varghese and Lauck): three levels of 64 slots, each level 64 times as coarse as the one before. Filing, removing
/// and expiring an entry are O(1). Entries are indices of the table's slots, 0 for none. Guarded by the shard's lock.
/// </summary>
/// <remarks>
/// A slot's entries are taken as a whole into a chain of due entries, from which they are expired or filed again one by one: the caller may
/// release the lock between any two of them.
/// </remarks>
internal sealed class ExpiryWheel(long startMilliseconds, long tickMilliseconds)
{
    private const int LevelBits = 6;
    private const int SlotsPerLevel = 1 << LevelBits;
    private const int LevelCount = 3;

    /// <summary>The last tick that <see cref="TakeNextDue"/> began to work on. Filing is relative to it.</summary>
    private long _tick;

    private readonly int[] _slots = new int[LevelCount * SlotsPerLevel];
    private CacheSlotExtra[] _extras = [];

    /// <summary>First of the chain of taken entries.</summary>
    private int _due;

    // The work in hand: slots of all ticks after _fromTick up to _tick, the finest level first. _level is LevelCount when there is none.
    private long _fromTick;
    private int _level = LevelCount;
    private long _cursor;

    /// <summary>All entries get other indices.</summary>
    public void Move(int[] moved)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = moved[_slots[i]];
        }

        _due = moved[_due];
    }

    /// <param name="extras">Those of the table from now on.</param>
    public void Attach(CacheSlotExtra[] extras) => _extras = extras;

    /// <summary>Files an entry by the time at which it must go; one that never goes is left out.</summary>
    public void File(int index, long goneMilliseconds)
    {
        ref CacheSlotExtra entry = ref _extras[index];
        Debug.Assert(entry.WheelSlot == 0, "The entry is in no slot.");
        if (goneMilliseconds == long.MaxValue)
        {
            return;
        }

        // Rounded up: when the tick comes, the time has come.
        long tick = ((goneMilliseconds - startMilliseconds - 1) / tickMilliseconds) + 1;
        long distance = Math.Clamp(tick - _tick, 1, (1L << (LevelBits * LevelCount)) - 1);
        int level = distance < SlotsPerLevel ? 0 : distance < SlotsPerLevel * SlotsPerLevel ? 1 : 2;
        int slot = (level * SlotsPerLevel) + (int)(((_tick + distance) >> (LevelBits * level)) & (SlotsPerLevel - 1));
        int next = _slots[slot];
        entry.WheelPrevious = 0;
        entry.WheelNext = next;
        if (next != 0)
        {
            _extras[next].WheelPrevious = index;
        }

        _slots[slot] = index;
        entry.WheelSlot = (short)(slot + 1);
    }

    public void Remove(int index)
    {
        ref CacheSlotExtra entry = ref _extras[index];
        if (entry.WheelSlot == 0)
        {
            return;
        }

        if (entry.WheelPrevious != 0)
        {
            _extras[entry.WheelPrevious].WheelNext = entry.WheelNext;
        }
        else if (_due == index)
        {
            // Its slot's chain was taken after it was filed.
            _due = entry.WheelNext;
        }
        else
        {
            _slots[entry.WheelSlot - 1] = entry.WheelNext;
        }

        if (entry.WheelNext != 0)
        {
            _extras[entry.WheelNext].WheelPrevious = entry.WheelPrevious;
        }

        entry.WheelSlot = 0;
    }

    /// <summary>Whether an entry waits in the wheel for its time.</summary>
    public bool IsFiled(int index) => _extras[index].WheelSlot != 0;

    /// <summary>Takes the next entry whose slot has come out of the wheel; 0 when there is none. The caller expires it or files it again.</summary>
    public int TakeNextDue(long nowMilliseconds)
    {
        if (_due == 0 && !TryTakeSlot(nowMilliseconds))
        {
            return 0;
        }

        int index = _due;
        Remove(index);
        return index;
    }

    /// <summary>A lower bound of the time at which the first entry goes, exact to a tick within the finest level; null when empty.</summary>
    public long? GetFirstGoneMilliseconds()
    {
        for (int level = 0; level < LevelCount; level++)
        {
            long current = _tick >> (LevelBits * level);
            for (long slotTick = current + 1; slotTick <= current + SlotsPerLevel; slotTick++)
            {
                if (_slots[(level * SlotsPerLevel) + (int)(slotTick & (SlotsPerLevel - 1))] != 0)
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
                if (_slots[slot] != 0)
                {
                    _due = _slots[slot];
                    _slots[slot] = 0;
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
