using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>A doubly linked list through the slots' own links. Guarded by the shard's lock.</summary>
internal struct CacheList<TKey, TValue>
{
    /// <summary>Index of the slot; 0 when empty.</summary>
    public int Newest { get; private set; }

    /// <summary>Index of the slot; 0 when empty.</summary>
    public int Oldest { get; private set; }

    public int Count { get; private set; }

    public void AddNewest(CacheSlot<TKey, TValue>[] slots, int index)
    {
        ref CacheSlot<TKey, TValue> slot = ref slots[index];
        slot.Older = Newest;
        slot.Newer = 0;
        if (Newest == 0)
        {
            Oldest = index;
        }
        else
        {
            slots[Newest].Newer = index;
        }

        Newest = index;
        Count++;
    }

    public void Remove(CacheSlot<TKey, TValue>[] slots, int index)
    {
        Debug.Assert(Count > 0, "The entry is in this list.");
        ref CacheSlot<TKey, TValue> slot = ref slots[index];
        if (slot.Older == 0)
        {
            Oldest = slot.Newer;
        }
        else
        {
            slots[slot.Older].Newer = slot.Newer;
        }

        if (slot.Newer == 0)
        {
            Newest = slot.Older;
        }
        else
        {
            slots[slot.Newer].Older = slot.Older;
        }

        Count--;
    }
}
