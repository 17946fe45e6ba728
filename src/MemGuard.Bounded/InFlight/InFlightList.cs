namespace MemGuard.Bounded;

/// <summary>The tasks under way in order of age, and entries to use again. Guarded by the lock of its owner.</summary>
/// <param name="ended">Called, outside the lock, when the task of an entry has ended.</param>
internal sealed class InFlightList(Action<InFlightTask> ended)
{
    private const int MaxPooled = 256;

    private readonly NodeList<InFlightTask> _tasks = new();

    /// <summary>Entries to use again, chained by <see cref="ListNode{TNode}.Next"/>.</summary>
    private InFlightTask? _pool;
    private int _pooled;

    public InFlightTask? Oldest => _tasks.First;

    public int Count => _tasks.Count;

    /// <summary>Adds an entry as the youngest.</summary>
    public InFlightTask Add(string member, int line, long startedMilliseconds)
    {
        InFlightTask entry = Rent();
        entry.Member = member;
        entry.Line = line;
        entry.StartedMilliseconds = startedMilliseconds;
        _tasks.Append(entry);
        return entry;
    }

    /// <summary>Takes an entry out. It may be another task's at once.</summary>
    public void Remove(InFlightTask entry)
    {
        _tasks.Remove(entry);
        entry.Task = null;
        entry.IsReported = false;
        if (_pooled < MaxPooled)
        {
            entry.Next = _pool;
            _pool = entry;
            _pooled++;
        }
    }

    private InFlightTask Rent()
    {
        if (_pool is not InFlightTask entry)
        {
            return new InFlightTask(ended);
        }

        _pool = entry.Next;
        _pooled--;
        return entry;
    }
}
