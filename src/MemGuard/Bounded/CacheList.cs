using System.Diagnostics;

namespace MemGuard.Bounded;

/// <summary>A doubly linked list through the nodes' own links. Guarded by the shard's lock.</summary>
internal struct CacheList<TKey, TValue>
{
    public CacheNode<TKey, TValue>? Newest { get; private set; }

    public CacheNode<TKey, TValue>? Oldest { get; private set; }

    public int Count { get; private set; }

    public void AddNewest(CacheNode<TKey, TValue> node)
    {
        CacheNode<TKey, TValue>? newest = Newest;
        node.Older = newest;
        node.Newer = null;
        if (newest is null)
        {
            Oldest = node;
        }
        else
        {
            newest.Newer = node;
        }

        Newest = node;
        Count++;
    }

    public void Remove(CacheNode<TKey, TValue> node)
    {
        Debug.Assert(Count > 0, "The node is in this list.");
        CacheNode<TKey, TValue>? older = node.Older;
        CacheNode<TKey, TValue>? newer = node.Newer;
        if (older is null)
        {
            Oldest = newer;
        }
        else
        {
            older.Newer = newer;
        }

        if (newer is null)
        {
            Newest = older;
        }
        else
        {
            newer.Older = older;
        }

        // A dead node in an old generation must not keep its former neighbours alive.
        node.Older = null;
        node.Newer = null;
        Count--;
    }

    /// <summary>Puts a node in the place of another.</summary>
    public void Replace(CacheNode<TKey, TValue> node, CacheNode<TKey, TValue> replacement)
    {
        replacement.Older = node.Older;
        replacement.Newer = node.Newer;
        if (node.Older is null)
        {
            Oldest = replacement;
        }
        else
        {
            node.Older.Newer = replacement;
        }

        if (node.Newer is null)
        {
            Newest = replacement;
        }
        else
        {
            node.Newer.Older = replacement;
        }

        node.Older = null;
        node.Newer = null;
    }
}
