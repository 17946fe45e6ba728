namespace MemGuard.Bounded;

/// <summary>What is being created at a moment, gathered shard by shard.</summary>
internal struct FlightSurvey(long nowMilliseconds)
{
    private long _oldest = long.MaxValue;

    public long NowMilliseconds { get; } = nowMilliseconds;

    public int Count { get; private set; }

    /// <summary>Creations so far that took longer than a factory may.</summary>
    public long TotalOverdue { get; set; }

    public readonly TimeSpan? OldestAge => Count > 0 ? TimeSpan.FromMilliseconds(NowMilliseconds - _oldest) : null;

    public void Add(long startedMilliseconds)
    {
        Count++;
        _oldest = Math.Min(_oldest, startedMilliseconds);
    }
}
