using Microsoft.Extensions.Logging;

namespace MemGuard.Faults;

/// <summary>
/// Counts what went wrong inside MemGuard and says it once: the first failure of each source is logged, then at most one an hour.
/// </summary>
/// <remarks>Safe for use by several threads. <see cref="Report"/> never throws, whatever the logger does.</remarks>
internal sealed class InternalFaults(ILogger logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    // Guarded by itself. Sources are constants, and types of the user's that were registered at startup: the table is small.
    private readonly Dictionary<string, (long Count, long LoggedAt)> _bySource = new(StringComparer.Ordinal);
    private long _totalCount;

    /// <summary>Failures contained so far.</summary>
    public long TotalCount => Interlocked.Read(ref _totalCount);

    /// <summary>Failures contained so far by source. A copy.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Totals
    {
        get
        {
            lock (_bySource)
            {
                return [.. _bySource.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value.Count))];
            }
        }
    }

    /// <summary>Notes a failure.</summary>
    /// <param name="source">What failed, as a person would call it; one of a few constants.</param>
    /// <param name="exception">The contained exception.</param>
    public void Report(string source, Exception exception)
    {
        Interlocked.Increment(ref _totalCount);
        try
        {
            if (ShouldLog(source, out long count))
            {
                Log.ContainedFault(logger, exception, VisibleText.OfName(source), count);
            }
        }
        catch
        {
            // The logger or the clock failed too: the count above is all that can still be said.
        }
    }

    /// <summary>Notes a failure that cannot be logged: of the log sink itself.</summary>
    public void Count(string source)
    {
        Interlocked.Increment(ref _totalCount);
        lock (_bySource)
        {
            (long count, long loggedAt) = _bySource.GetValueOrDefault(source);
            _bySource[source] = (count + 1, loggedAt);
        }
    }

    /// <summary>Runs an action and reports what it throws.</summary>
    public void Run(string source, Action action) => Run(source, action, static run => run());

    /// <inheritdoc cref="Run(string, Action)"/>
    public void Run<TState>(string source, TState state, Action<TState> action)
    {
        if (!Containment.TryRun(state, action, out Exception? failure))
        {
            Report(source, failure);
        }
    }

    /// <summary>Reads a value; reports what the reader throws.</summary>
    public TResult Get<TState, TResult>(string source, TState state, Func<TState, TResult> read, TResult otherwise)
    {
        try
        {
            return read(state);
        }
        catch (Exception exception)
        {
            Report(source, exception);
            return otherwise;
        }
    }

    private bool ShouldLog(string source, out long count)
    {
        // The clock may be what failed: then the first failure is logged, and no further one.
        long? now = TryReadTimestamp();
        lock (_bySource)
        {
            bool isKnown = _bySource.TryGetValue(source, out (long Count, long LoggedAt) entry);
            count = entry.Count + 1;
            bool isDue = !isKnown || (now is { } time && timeProvider.GetElapsedTime(entry.LoggedAt, time) >= Quiet);
            _bySource[source] = (count, isDue ? now ?? 0 : entry.LoggedAt);
            return isDue;
        }
    }

    private long? TryReadTimestamp()
    {
        try
        {
            return timeProvider.GetTimestamp();
        }
        catch (Exception)
        {
            return null;
        }
    }
}
