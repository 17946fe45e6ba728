namespace MemGuard.Bounded;

/// <summary>Entries that left under the lock and wait to be reported after it, the first to leave first. A single one allocates nothing.</summary>
internal ref struct CacheRemovals<TKey, TValue>
{
    private CacheRemoval<TKey, TValue> _first;
    private List<CacheRemoval<TKey, TValue>>? _more;

    public int Count { get; private set; }

    public readonly CacheRemoval<TKey, TValue> this[int index] => index == 0 ? _first : _more![index - 1];

    /// <summary>Sees to it that the next calls of <see cref="Add"/> cannot fail: called while nothing has changed yet.</summary>
    public void Reserve(int more = 1)
    {
        if (Count + more > 1)
        {
            _more ??= [];
            _more.EnsureCapacity(Count + more - 1);
        }
    }

    public void Add(CacheRemoval<TKey, TValue> removal)
    {
        if (Count == 0)
        {
            _first = removal;
        }
        else
        {
            _more!.Add(removal);
        }

        Count++;
    }
}
