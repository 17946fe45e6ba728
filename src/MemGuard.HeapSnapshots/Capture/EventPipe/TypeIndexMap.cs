namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Numbers the types in order of appearance. Looked up once per object: open addressing over the handles.</summary>
internal sealed class TypeIndexMap
{
    private ulong[] _keys = new ulong[1024];
    private int[] _indexes = new int[1024];
    private ulong _lastKey;
    private int _lastIndex = -1;

    // No type has the handle 0, which means an empty slot here; a damaged row may have it.
    private int _indexOfZero = -1;

    public List<ulong> Ids { get; } = [];

    public int GetOrAdd(ulong typeId)
    {
        if (typeId == _lastKey && _lastIndex >= 0)
        {
            return _lastIndex;
        }

        if (typeId == 0)
        {
            return GetOrAddZero();
        }

        int slot = FindSlot(typeId);
        if (_keys[slot] == 0)
        {
            if (Ids.Count * 2 > _keys.Length)
            {
                Grow();
                slot = FindSlot(typeId);
            }

            _keys[slot] = typeId;
            _indexes[slot] = Ids.Count;
            Ids.Add(typeId);
        }

        _lastKey = typeId;
        _lastIndex = _indexes[slot];
        return _lastIndex;
    }

    private int GetOrAddZero()
    {
        if (_indexOfZero < 0)
        {
            _indexOfZero = Ids.Count;
            Ids.Add(0);
        }

        return _indexOfZero;
    }

    private int FindSlot(ulong typeId)
    {
        int mask = _keys.Length - 1;
        int slot = (int)((typeId * 0x9E3779B97F4A7C15UL) >> 40) & mask;
        while (_keys[slot] != 0 && _keys[slot] != typeId)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        _keys = new ulong[_keys.Length * 2];
        _indexes = new int[_keys.Length];
        for (int i = 0; i < Ids.Count; i++)
        {
            int slot = FindSlot(Ids[i]);
            _keys[slot] = Ids[i];
            _indexes[slot] = i;
        }
    }
}
