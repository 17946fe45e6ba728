namespace MemGuard.Bounded;

/// <summary>Exact order of use.</summary>
internal sealed class LeastRecentlyUsedOrder<TKey, TValue>(ExpiryWheel? wheel) : EvictionOrder<TKey, TValue>(wheel)
{
    private CacheList _list;

    public override int Count => _list.Count;

    public override int Any => _list.Oldest;

    public override void RecordMiss(uint hash)
    {
    }

    public override int MakeRoom(bool hasRoom) => hasRoom ? 0 : TakeVictim();

    public override void Add(int index) => _list.AddNewest(Links, index);

    public override void Restore(int index, byte where) => Add(index);

    public override void Remove(int index) => _list.Remove(Links, index);

    public override void Touch(int index)
    {
        if (_list.Newest != index)
        {
            _list.Remove(Links, index);
            _list.AddNewest(Links, index);
        }
    }

    public override int TakeVictim()
    {
        int oldest = _list.Oldest;
        if (oldest != 0)
        {
            _list.Remove(Links, oldest);
        }

        return oldest;
    }

    public override void Move(int[] moved) => _list.Move(moved);

    public override void Resize(int capacity, int length)
    {
    }
}
