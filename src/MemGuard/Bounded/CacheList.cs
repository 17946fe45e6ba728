using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>A doubly linked list through the entries' links. Guarded by the shard's lock.</summary>
internal struct CacheList
{
    /// <summary>Index of the slot; 0 when empty.</summary>
    public int Newest { get; private set; }

    /// <summary>Index of the slot; 0 when empty.</summary>
    public int Oldest { get; private set; }

    public int Count { get; private set; }

    public void AddNewest(CacheLink[] links, int index)
    {
        ref CacheLink link = ref links[index];
        link.Older = Newest;
        link.Newer = 0;
        if (Newest == 0)
        {
            Oldest = index;
        }
        else
        {
            links[Newest].Newer = index;
        }

        Newest = index;
        Count++;
    }

    public void Remove(CacheLink[] links, int index)
    {
        Debug.Assert(Count > 0, "The entry is in this list.");
        ref CacheLink link = ref links[index];
        if (link.Older == 0)
        {
            Oldest = link.Newer;
        }
        else
        {
            links[link.Older].Newer = link.Newer;
        }

        if (link.Newer == 0)
        {
            Newest = link.Older;
        }
        else
        {
            links[link.Newer].Older = link.Older;
        }

        Count--;
    }
}
