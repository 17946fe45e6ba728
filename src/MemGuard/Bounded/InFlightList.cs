namespace MemGuard.Bounded;

/// <summary>The tasks under way in order of age, and entries to use again. Guarded by the lock of its owner.</summary>
/// <param name="ended">Called, outside the lock, when the task of an entry has ended.</param>
internal sealed class InFlightList(Action<InFlightTask> ended)
{
    private const int MaxPooled = 256;

    private readonly LinkedList<InFlightTask> _tasks = [];
    private readonly Stack<InFlightTask> _pool = [];

    public InFlightTask? Oldest => _tasks.First?.Value;

    public int Count => _tasks.Count;

    /// <summary>Adds an entry as the youngest.</summary>
    public InFlightTask Add(string member, int line, long startedMilliseconds)
    {
        InFlightTask entry = _pool.TryPop(out InFlightTask? pooled) ? pooled : new InFlightTask(ended);
        entry.Member = member;
        entry.Line = line;
        entry.StartedMilliseconds = startedMilliseconds;
        _tasks.AddLast(entry.Node);
        return entry;
    }

    /// <summary>Takes an entry out. It may be another task's at once.</summary>
    public void Remove(InFlightTask entry)
    {
        _tasks.Remove(entry.Node);
        entry.Task = null;
        entry.IsReported = false;
        if (_pool.Count < MaxPooled)
        {
            _pool.Push(entry);
        }
    }
}
