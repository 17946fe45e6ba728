using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>Writes a report when an exception that nobody handles ends the process, a failed allocation included: with what was made ready before, and one at a time.</summary>
/// <remarks>
/// Nothing is done where an exception is thrown: with the heap full, a report written in that first pass over the stack, or by another thread right
/// after it, ended one process in six (an internal error of the runtime's exception handling, or a hang). What a handler throws changes how the
/// process ends: it catches everything. Threads that die at once wait for the one that writes, a second at most.
/// Where memory may end between two samples everything is made ready. Elsewhere the report is put together at the end, by a thread of its own that may
/// take three seconds: what it reads takes locks that the dying thread may hold. Without memory and with nothing ready there is none.
/// </remarks>
internal sealed class LastReport : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>What a report that was not made ready may take: its code is not even compiled.</summary>
    private static readonly TimeSpan LongestMaking = TimeSpan.FromSeconds(3);

    private readonly ReportDirectory _directory;
    private readonly DateTimeOffset _startedAt;
    private readonly TimeProvider _timeProvider;
    private readonly Func<ReportFacts> _readFacts;

    /// <summary>What a process without memory writes with; null until it is asked for.</summary>
    private Ready? _ready;

    /// <summary>1 while some thread writes.</summary>
    private int _isBusy;

    /// <summary>1 once an exception has ended the process.</summary>
    private int _hasEnded;

    /// <param name="directory">Where it is written.</param>
    /// <param name="startedAt">When the process started, UTC.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="readFacts">Reads what is told, where nothing is ready when the process ends.</param>
    public LastReport(ReportDirectory directory, DateTimeOffset startedAt, TimeProvider timeProvider, Func<ReportFacts> readFacts)
    {
        _directory = directory;
        _startedAt = startedAt;
        _timeProvider = timeProvider;
        _readFacts = readFacts;
    }

    public void Listen() => AppDomain.CurrentDomain.UnhandledException += OnUnhandled;

    /// <summary>From here on writing takes no memory.</summary>
    public void MakeReady(ReportFacts facts)
    {
        if (_ready is null)
        {
            Ready made = new(facts, _directory, _startedAt);
            if (Interlocked.CompareExchange(ref _ready, made, null) is not null)
            {
                made.Composer.Dispose();
            }
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        _ready?.Composer.Dispose();
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs arguments)
    {
        try
        {
            TimeSpan longest = _ready is null ? LongestMaking : LongestWait;
            if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
            {
                bool isOutOfMemory = arguments.ExceptionObject is OutOfMemoryException;
                Write(isOutOfMemory ? ReportCause.OutOfMemory : ReportCause.UnhandledException, isOutOfMemory ? null : Describe(arguments.ExceptionObject as Exception));
            }

            // Whoever writes on another thread must come to its end: when all handlers have returned the process is gone.
            WaitUntilIdle(longest);
        }
        catch
        {
            // See above.
        }
    }

    // Inlined into nothing: a handler of a dying process stays shallow.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Write(ReportCause cause, ReportedException? exception)
    {
        WaitUntilIdle(LongestWait);
        if (Interlocked.CompareExchange(ref _isBusy, 1, 0) != 0)
        {
            return;
        }

        if (_ready is { } ready)
        {
            Finish(ready, cause, exception);
        }
        else if (cause == ReportCause.OutOfMemory || OwnThread.TryStart("MemGuard last report", () => WriteUnready(cause, exception), static _ => { }) is null)
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    /// <summary>On a thread of its own, for which the handler waits for <see cref="LongestMaking"/> at most.</summary>
    private bool WriteUnready(ReportCause cause, ReportedException? exception)
    {
        try
        {
            MakeReady(_readFacts());
        }
        catch
        {
            // Without it the process ends as it would have.
        }

        if (_ready is { } ready)
        {
            Finish(ready, cause, exception);
        }

        Volatile.Write(ref _isBusy, 0);
        return false;
    }

    private void Finish(Ready ready, ReportCause cause, ReportedException? exception)
    {
        try
        {
            ready.Write(cause, ReadClock(), exception);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private void WaitUntilIdle(TimeSpan longest)
    {
        long start = Stopwatch.GetTimestamp();
        SpinWait wait = default;
        while (Volatile.Read(ref _isBusy) != 0 && Stopwatch.GetElapsedTime(start) < longest)
        {
            wait.SpinOnce();
        }
    }

    private DateTimeOffset ReadClock()
    {
        try
        {
            return _timeProvider.GetUtcNow();
        }
        catch
        {
            return default;
        }
    }

    // Without the source files' paths, which are those of the machine that built it.
    private static ReportedException? Describe(Exception? exception)
    {
        const int mostFrames = 48;
        try
        {
            if (exception is null)
            {
                return null;
            }

            List<JsonEncodedText> stack = [];
            foreach (string line in (exception.StackTrace ?? string.Empty).Split('\n').Take(mostFrames))
            {
                int file = line.IndexOf(") in ", StringComparison.Ordinal);
                stack.Add(ReportedText.Of((file < 0 ? line : line[..(file + 1)]).Trim()));
            }

            return new ReportedException(ReportedText.Of(exception.GetType().FullName ?? exception.GetType().Name), stack);
        }
        catch
        {
            // There is no memory for its name.
            return null;
        }
    }

    private sealed class Ready
    {
        private readonly ReportFacts _facts;
        private readonly LastFile _outOfMemory;
        private readonly LastFile _unhandled;

        public Ready(ReportFacts facts, ReportDirectory directory, DateTimeOffset startedAt)
        {
            _facts = facts;
            _outOfMemory = new LastFile(directory.GetPath(ReportCause.OutOfMemory, startedAt, facts.Process.ProcessId));
            _unhandled = new LastFile(directory.GetPath(ReportCause.UnhandledException, startedAt, facts.Process.ProcessId));

            // Once for nothing: all that it takes is compiled and warm while there is memory.
            _ = Composer.Compose(facts, ReportCause.OutOfMemory, startedAt);
        }

        public ReportComposer Composer { get; } = new();

        public void Write(ReportCause cause, DateTimeOffset now, ReportedException? exception) =>
            (cause == ReportCause.OutOfMemory ? _outOfMemory : _unhandled).TryWrite(Composer.Compose(_facts, cause, now, exception));
    }
}
