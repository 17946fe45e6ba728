using System.Runtime.CompilerServices;
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
    private readonly PartSwitches _parts = new();
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

    /// <summary>Every part that has failed: whether it is switched off now, and how often it was. A copy.</summary>
    public IReadOnlyList<(string Part, bool IsOff, long SwitchOffs)> Parts => _parts.States;

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
    [MethodImpl(MethodImplOptions.NoInlining)]
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

    /// <summary>As <see cref="Run{TState}(string, TState, Action{TState})"/>, of a part that the rest can do without: while it keeps failing it is switched off.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void RunPart<TState>(string part, TState state, Action<TState> action)
    {
        if (!MayRun(part))
        {
            return;
        }

        if (Containment.TryRun(state, action, out Exception? failure))
        {
            NoteSuccess(part);
        }
        else
        {
            ReportPart(part, failure);
        }
    }

    /// <summary>As <see cref="Get{TState, TResult}"/>, of a part that the rest can do without: while it keeps failing it is switched off.</summary>
    public TResult GetPart<TState, TResult>(string part, TState state, Func<TState, TResult> read, TResult otherwise)
    {
        if (!MayRun(part))
        {
            return otherwise;
        }

        try
        {
            TResult result = read(state);
            NoteSuccess(part);
            return result;
        }
        catch (Exception exception)
        {
            ReportPart(part, exception);
            return otherwise;
        }
    }

    /// <summary>Whether a part that is called elsewhere may be; what becomes of it goes to <see cref="NoteSuccess"/> or <see cref="ReportPart"/>.</summary>
    public bool MayRun(string part) => _parts.MayRun(part, this, static self => self.TryReadTime());

    /// <summary>A part has worked.</summary>
    public void NoteSuccess(string part)
    {
        if (_parts.NoteSuccess(part))
        {
            // What it says is not caught in a closure: that would be made with every success.
            Containment.Run((logger, part), static on => Log.PartSwitchedOn(on.logger, VisibleText.OfName(on.part)));
        }
    }

    /// <summary>As <see cref="Report"/>, of a part that is switched off when it keeps failing.</summary>
    public void ReportPart(string part, Exception exception)
    {
        Report(part, exception);
        if (_parts.NoteFailure(part, TryReadTime()) is { } off)
        {
            Containment.Run((logger, part, off), static off => Log.PartSwitchedOff(off.logger, VisibleText.OfName(off.part), PartSwitches.FailuresInARow, off.off.TotalMinutes));
        }
    }

    private TimeSpan? TryReadTime() => TryReadTimestamp() is { } timestamp ? timeProvider.GetElapsedTime(0, timestamp) : null;

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
