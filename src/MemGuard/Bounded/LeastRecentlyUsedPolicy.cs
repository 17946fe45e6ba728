namespace MemGuard.Bounded;

/// <summary>Exact order of use.</summary>
internal sealed class LeastRecentlyUsedPolicy<TKey, TValue> : CachePolicy<TKey, TValue>
{
    private CacheList<TKey, TValue> _list;

    public override int Count => _list.Count;

    public override CacheNode<TKey, TValue>? Oldest => _list.Oldest;

    public override void RecordMiss(uint hash)
    {
    }

    public override CacheNode<TKey, TValue>? MakeRoom(bool hasRoom) => hasRoom ? null : TakeVictim();

    public override void Add(CacheNode<TKey, TValue> node)
    {
        node.Where = CacheNode<TKey, TValue>.InMain;
        _list.AddNewest(node);
    }

    public override void Restore(CacheNode<TKey, TValue> node, byte where) => Add(node);

    public override void Remove(CacheNode<TKey, TValue> node) => _list.Remove(node);

    public override void Replace(CacheNode<TKey, TValue> node, CacheNode<TKey, TValue> replacement)
    {
        _list.Remove(node);
        Add(replacement);
    }

    public override void Touch(CacheNode<TKey, TValue> node)
    {
        if (!ReferenceEquals(_list.Newest, node))
        {
            _list.Remove(node);
            _list.AddNewest(node);
        }
    }

    public override CacheNode<TKey, TValue>? TakeVictim()
    {
        CacheNode<TKey, TValue>? oldest = _list.Oldest;
        if (oldest is not null)
        {
            _list.Remove(oldest);
        }

        return oldest;
    }

    public override void Resize(int capacity, int tableLength)
    {
    }
}
