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

    /// <summary>The next newer entry; 0 after the newest.</summary>
    public readonly int GetNewer(CacheLink[] links, int index) => index == Newest ? 0 : links[index].Newer;

    public void AddNewest(CacheLink[] links, int index)
    {
        links[index].Older = Newest;
        if (Count == 0)
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
        int older = index == Oldest ? 0 : link.Older;
        int newer = index == Newest ? 0 : link.Newer;
        if (older == 0)
        {
            Oldest = newer;
        }
        else
        {
            links[older].Newer = newer;
        }

        if (newer == 0)
        {
            Newest = older;
        }
        else if (older != 0)
        {
            links[newer].Older = older;
        }

        Count--;
    }

    /// <summary>After all entries, and their links, got other indices.</summary>
    public void Move(int[] moved)
    {
        Newest = moved[Newest];
        Oldest = moved[Oldest];
    }
}
