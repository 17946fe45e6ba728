namespace MemGuard.Caching;

/// <summary>What is left of the share for entries that are never evicted. Room is taken before an entry is stored: so the share's own bound is never reached.</summary>
internal sealed class PinnedRoom(int entries, long size)
{
    private readonly Lock _gate = new();
    private int _entries = entries;
    private long _size = size;

    public bool TryTake(long entrySize)
    {
        lock (_gate)
        {
            if (_entries == 0 || entrySize > _size)
            {
                return false;
            }

            _entries--;
            _size -= entrySize;
            return true;
        }
    }

    public void Return(long entrySize)
    {
        lock (_gate)
        {
            _entries++;
            _size += entrySize;
        }
    }
}
