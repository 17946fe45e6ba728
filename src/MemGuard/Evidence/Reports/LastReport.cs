using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>Writes a report when the process dies of an exception, or when memory runs out: with what was made ready before, and one at a time.</summary>
/// <remarks>
/// What a handler throws changes how the process ends: from one for exceptions it is a stack overflow. Each catches everything. Threads that die at
/// once wait for the one that writes, a second at most: the process must not end in the middle of it.
/// </remarks>
internal sealed class LastReport : IDisposable
{
    /// <summary>The share of the heap's limit from which a failed allocation means that memory has run out, and not that an array was absurd.</summary>
    private const double FullRatio = 0.85;


    private static readonly TimeSpan Apart = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>1 while this thread writes: an allocation that fails in here comes back here.</summary>
    [ThreadStatic]
    private static int _isWriting;

    private readonly ReportFacts _facts;
    private readonly ReportComposer _composer = new();
    private readonly TimeProvider _timeProvider;
    private readonly LastFile _outOfMemory;
    private readonly LastFile _unhandled;

    /// <summary>1 while some thread writes.</summary>
    private int _isBusy;

    /// <summary>When the last report about a lack of memory was begun, by the monotonic clock; 0 before.</summary>
    private long _outOfMemoryAt;

    /// <summary>1 once an exception has ended the process.</summary>
    private int _hasEnded;

    /// <param name="facts">What is told.</param>
    /// <param name="directory">Where it is written.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="timeProvider">The clock.</param>
    public LastReport(ReportFacts facts, ReportDirectory directory, DateTimeOffset now, TimeProvider timeProvider)
    {
        _facts = facts;
        _timeProvider = timeProvider;
        DateTimeOffset startedAt = facts.StartedAt ?? now;
        _outOfMemory = new LastFile(directory.GetPath(ReportCause.OutOfMemory, startedAt, facts.Process.ProcessId));
        _unhandled = new LastFile(directory.GetPath(ReportCause.UnhandledException, startedAt, facts.Process.ProcessId));

        // Once for nothing: all that it takes is compiled and warm while there is memory.
        _ = _composer.Compose(facts, ReportCause.OutOfMemory, now);
    }

    /// <summary>Bytes of the managed heap's limit; 0 when it has none. Kept up to date by whoever takes the samples.</summary>
    public long HeapLimitBytes { get; set; }

    public void Listen()
    {
        AppDomain.CurrentDomain.FirstChanceException += OnThrown;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnThrown;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        _composer.Dispose();
    }

    // Every exception of the process comes by: all but failed allocations cost one comparison.
    private void OnThrown(object? sender, FirstChanceExceptionEventArgs arguments)
    {
        if (arguments.Exception is not OutOfMemoryException || _isWriting != 0)
        {
            return;
        }

        _isWriting = 1;
        try
        {
            if (IsHeapFull() && IsDue())
            {
                Write(_outOfMemory, ReportCause.OutOfMemory, null);
            }
        }
        catch
        {
            // See above.
        }

        _isWriting = 0;
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs arguments)
    {
        _isWriting = 1;
        try
        {
            if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
            {
                Write(_unhandled, ReportCause.UnhandledException, Describe(arguments.ExceptionObject as Exception));
            }

            // Whoever writes on another thread must come to its end: when all handlers have returned the process is gone.
            WaitUntilIdle();
        }
        catch
        {
            // See above.
        }

        _isWriting = 0;
    }

    private bool IsHeapFull() => HeapLimitBytes <= 0 || GC.GetTotalMemory(forceFullCollection: false) >= HeapLimitBytes * FullRatio;

    // One an hour: a service that catches its failed allocations would write for ever.
    private bool IsDue()
    {
        long last = Volatile.Read(ref _outOfMemoryAt);
        return (last == 0 || Stopwatch.GetElapsedTime(last) >= Apart) && Interlocked.CompareExchange(ref _outOfMemoryAt, Stopwatch.GetTimestamp(), last) == last;
    }

    // Inlined into nothing: a handler of a dying process stays shallow.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Write(LastFile file, ReportCause cause, ReportedException? exception)
    {
        WaitUntilIdle();
        if (Interlocked.CompareExchange(ref _isBusy, 1, 0) != 0)
        {
            return;
        }

        try
        {
            file.TryWrite(_composer.Compose(_facts, cause, ReadClock(), exception));
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private void WaitUntilIdle()
    {
        long start = Stopwatch.GetTimestamp();
        SpinWait wait = default;
        while (Volatile.Read(ref _isBusy) != 0 && Stopwatch.GetElapsedTime(start) < LongestWait)
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
}
