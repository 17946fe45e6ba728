namespace MemGuard.Bounded;

/// <summary>Entries that left under the lock and wait to be reported after it: a chain through the nodes themselves, the first to leave first.</summary>
internal ref struct CacheRemovals<TKey, TValue>
{
    private CacheNode<TKey, TValue>? _first;
    private CacheNode<TKey, TValue>? _last;

    public readonly bool IsEmpty => _first is null;

    public void Add(CacheNode<TKey, TValue> node)
    {
        if (_last is null)
        {
            _first = node;
        }
        else
        {
            _last.Newer = node;
        }

        _last = node;
    }

    public CacheNode<TKey, TValue>? TakeNext()
    {
        CacheNode<TKey, TValue>? node = _first;
        if (node is not null)
        {
            _first = node.Newer;
            node.Newer = null;
            if (_first is null)
            {
                _last = null;
            }
        }

        return node;
    }
}
