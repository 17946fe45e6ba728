namespace MemGuard.Telemetry;

/// <summary>
/// Whose turn it is to publish: of several sessions in one process the oldest. All of them measure the same process and the same structures, and
/// whoever listens to meters by name would add them up.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PublishingTurns
{
    // Guarded by itself, oldest first.
    private readonly List<object> _sessions = [];

    /// <summary>Whose turn it is, for readers without the lock.</summary>
    private volatile object? _first;

    /// <summary>The process's own.</summary>
    public static PublishingTurns OfProcess { get; } = new();

    public bool IsTurnOf(object session) => ReferenceEquals(_first, session);

    public void Add(object session)
    {
        lock (_sessions)
        {
            _sessions.Add(session);
            _first = _sessions[0];
        }
    }

    /// <summary>Ends a session's turn; the next one takes over. Its counters begin anew, as after a restart.</summary>
    public void Remove(object session)
    {
        lock (_sessions)
        {
            _sessions.Remove(session);
            _first = _sessions.Count > 0 ? _sessions[0] : null;
        }
    }
}
