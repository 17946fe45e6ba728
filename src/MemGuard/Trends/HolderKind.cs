namespace MemGuard.Trends;

/// <summary>What holds memory that grows, as far as that says when it stops growing.</summary>
public enum HolderKind
{
    /// <summary>Not known, or nothing that decides: the series is judged by itself.</summary>
    Unknown,

    /// <summary>A running method or state machine: what a job holds goes with its end. A leak is confirmed an hour later at most.</summary>
    RunningWork,

    /// <summary>A bounded cache or queue: it grows until it is full.</summary>
    Filling,

    /// <summary>Entries that expire by themselves: cached values, sessions, connections.</summary>
    Expiring,

    /// <summary>A static field, a singleton, an event, a timer or a collection without a bound: nothing but the application's own code takes out what is in there.</summary>
    Lasting,
}
