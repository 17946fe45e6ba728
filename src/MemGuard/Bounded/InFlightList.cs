namespace MemGuard.Bounded;

/// <summary>The tasks under way in order of age, and entries to use again. Guarded by the lock of its owner.</summary>
/// <param name="ended">Called, outside the lock, when the task of an entry has ended.</param>
internal sealed class InFlightList(Action<InFlightTask> ended)
{
    private const int MaxPooled = 256;

    private InFlightTask? _youngest;
    private InFlightTask? _pool;
    private int _pooled;

    public InFlightTask? Oldest { get; private set; }

    public int Count { get; private set; }

    /// <summary>Adds an entry as the youngest.</summary>
    public InFlightTask Add(string member, int line, long startedMilliseconds)
    {
        InFlightTask entry = Rent();
        entry.Member = member;
        entry.Line = line;
        entry.StartedMilliseconds = startedMilliseconds;
        entry.Previous = _youngest;
        if (_youngest is null)
        {
            Oldest = entry;
        }
        else
        {
            _youngest.Next = entry;
        }

        _youngest = entry;
        Count++;
        return entry;
    }

    /// <summary>Takes an entry out. It may be another task's at once.</summary>
    public void Remove(InFlightTask entry)
    {
        if (entry.Previous is null)
        {
            Oldest = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            _youngest = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Previous = null;
        entry.Next = null;
        Count--;
        Return(entry);
    }

    private InFlightTask Rent()
    {
        if (_pool is not InFlightTask entry)
        {
            return new InFlightTask(ended);
        }

        _pool = entry.Next;
        _pooled--;
        entry.Next = null;
        return entry;
    }

    private void Return(InFlightTask entry)
    {
        entry.Task = null;
        entry.IsReported = false;
        if (_pooled < MaxPooled)
        {
            entry.Next = _pool;
            _pool = entry;
            _pooled++;
        }
    }
}
