using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace MemGuard.Bounded;

/// <summary>
/// The one flush of a writer that may be waiting for its reader. It ends when the inner flush ends or when the writer gives up, whichever is first,
/// and is used again by the next flush: waiting allocates nothing.
/// </summary>
/// <remarks>
/// The inner flush is awaited by one asynchronous method that lives as long as the writer: a pipe schedules the continuation of such a method without
/// allocating, unlike that of a plain delegate.
/// </remarks>
internal sealed class PipePendingFlush : IValueTaskSource<FlushResult>
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Done = 2;
    private const int GivenUp = 3;
    private const int PhaseMask = 3;
    private const int NextFlush = 4;

    private readonly Action<PipePendingFlush> _ended;
    private readonly Action<FlushResult> _taken;
    private readonly Action _misused;

    private ManualResetValueTaskSourceCore<FlushResult> _core;

    /// <summary>What the watch awaits. Written before the watch goes on.</summary>
    private ValueTask<FlushResult> _inner;

    /// <summary>Lets the watch go on to the next flush; null until it has waited for the first. Written before the caller learns of the end.</summary>
    private Action? _goOn;

    /// <summary>
    /// The phase in the low bits, above them the number of the flush, so that nobody ends a later flush than the one it looked at.
    /// Waiting is left once, by compare-and-swap: by the inner flush for Done, by the ticker for GivenUp. Done becomes Idle when the result is taken.
    /// </summary>
    private int _state;

    /// <summary>Read by the ticker while the next flush may begin. Written before the state.</summary>
    private long _startedMilliseconds;

    /// <summary>The caller's: once it is cancelled the result is an exception, as the bare pipe's is.</summary>
    private CancellationToken _token;

    /// <summary>1 once a continuation waits: there is room for one. Interlocked.</summary>
    private int _isAwaited;

    /// <summary>The flush was cancelled after it had ended and before its result was taken.</summary>
    private volatile bool _isCanceledLate;

    /// <summary>Stands in for the caller's synchronization context during the first flush that has one; null otherwise.</summary>
    private volatile PipeContextProbe? _probe;

    /// <summary>Whether a flush goes back to the caller's synchronization context; true until the probe has found that the inner one does not.</summary>
    private volatile bool _goesBack = true;
    private volatile bool _isProbed;

    /// <param name="ended">Called when the inner flush has ended, before the caller continues.</param>
    /// <param name="taken">Called with each result that the caller takes.</param>
    /// <param name="misused">Called when a flush is awaited twice while it waits, which ends it.</param>
    public PipePendingFlush(Action<PipePendingFlush> ended, Action<FlushResult> taken, Action misused)
    {
        _ended = ended;
        _taken = taken;
        _misused = misused;
    }

    public bool IsIdle => GetPhase(Volatile.Read(ref _state)) == Idle;

    public bool IsWaiting => GetPhase(Volatile.Read(ref _state)) == Waiting;

    /// <summary>The flush has ended and nobody looked at its result.</summary>
    public bool IsIgnored => GetPhase(Volatile.Read(ref _state)) == Done;

    public long StartedMilliseconds => Volatile.Read(ref _startedMilliseconds);

    /// <summary>Total bytes written when the flush began: it covers them all.</summary>
    public long CoveredBytes { get; private set; }

    /// <summary>Bytes that wait with it.</summary>
    public long WaitingBytes { get; private set; }

    public ValueTask<FlushResult> Start(ValueTask<FlushResult> inner, long coveredBytes, long waitingBytes, long nowMilliseconds, CancellationToken token = default)
    {
        _core.Reset();
        _token = token;
        _isAwaited = 0;
        _isCanceledLate = false;
        CoveredBytes = coveredBytes;
        WaitingBytes = waitingBytes;
        Volatile.Write(ref _startedMilliseconds, nowMilliseconds);
        short version = _core.Version;
        Volatile.Write(ref _state, (_state & ~PhaseMask) + NextFlush + Waiting);
        _inner = inner;
        // May end at once, on this thread or another: everything is in place.
        if (!_isProbed && PipeContextProbe.IsWanted)
        {
            Probe();
        }
        else
        {
            GoOn();
        }

        return new ValueTask<FlushResult>(this, version);
    }

    /// <summary>True for the one caller that ends the wait in place of the inner flush; it then calls <see cref="SignalGivenUp"/>.</summary>
    /// <param name="startedMilliseconds">Only a flush that began then or earlier.</param>
    public bool TryGiveUp(long startedMilliseconds)
    {
        int state = Volatile.Read(ref _state);
        return GetPhase(state) == Waiting
            && StartedMilliseconds <= startedMilliseconds
            && Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) + GivenUp, state) == state;
    }

    public void SignalGivenUp()
    {
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(new FlushResult(isCanceled: false, isCompleted: true));
    }

    /// <summary>Cancels a flush that has ended if its result is not yet taken: the inner writer would cancel the next flush in its place.</summary>
    public bool TryCancelEnded()
    {
        bool isEnded = IsIgnored;
        _isCanceledLate |= isEnded;
        return isEnded;
    }

    public FlushResult GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The flush has not completed; await it.");
        }

        int state = Volatile.Read(ref _state);
        if (GetPhase(state) == Done)
        {
            Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) + Idle, state);
        }

        CancellationToken cancellation = _token;
        try
        {
            FlushResult result = _core.GetResult(token);
            result = new FlushResult(result.IsCanceled || _isCanceledLate, result.IsCompleted);
            _taken(result);
            cancellation.ThrowIfCancellationRequested();
            return result;
        }
        finally
        {
            // The writer may live long: it must not keep what its last caller had at hand.
            _token = default;
            _core.Reset();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        (Action<object?> continuation, object? state) call = (continuation, state);
        if ((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0)
        {
            bool isProbing = _probe is not null && PipeContextProbe.IsWanted;
            if (isProbing)
            {
                call = (static probed => ((ProbedContinuation)probed!).Run(), new ProbedContinuation(() => _goesBack, continuation, state));
            }

            flags = isProbing || !_goesBack ? flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext : flags;
        }

        if (Interlocked.Exchange(ref _isAwaited, 1) == 0)
        {
            _core.OnCompleted(call.continuation, call.state, token, flags);
            return;
        }

        // Awaited a second time. An exception from here would end the process: both awaits get one instead.
        EndMisused();
        ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
    }

    private static int GetPhase(int state) => state & PhaseMask;

    private void EndMisused()
    {
        int state = Volatile.Read(ref _state);
        if (GetPhase(state) == Waiting && Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) + GivenUp, state) == state)
        {
            _misused();
            _core.RunContinuationsAsynchronously = true;
            _core.SetException(new InvalidOperationException("The flush was awaited twice while it was pending: await each flush once."));
        }
    }

    private void Probe()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        PipeContextProbe probe = new();
        _probe = probe;
        SynchronizationContext.SetSynchronizationContext(probe);
        try
        {
            GoOn();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void GoOn()
    {
        if (_goOn is { } goOn)
        {
            goOn();
            return;
        }

        // Without the caller's context, which the watch would keep alive for as long as the writer lives.
        NoContext.Run(static flush => _ = ((PipePendingFlush)flush!).WatchAsync(), this);
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            FlushResult result = default;
            Exception? failure = null;
            try
            {
                result = await _inner.ConfigureAwait(continueOnCapturedContext: _probe is not null);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            if (_probe is { } probe)
            {
                _goesBack = probe.WasUsed;
                _isProbed = true;
                _probe = null;
            }

            int state = Volatile.Read(ref _state);
            if (GetPhase(state) != Waiting || Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) + Done, state) != state)
            {
                // The writer gave up first; its caller knows.
                return;
            }

            _ended(this);
            await new EndOfFlush(this, result, failure);
        }
    }

    /// <summary>
    /// Tells the caller the result once the watch stands still, on the inner writer's own thread, as without this decorator:
    /// the caller may begin its next flush at once, within that call, and let the watch go on.
    /// </summary>
    private readonly struct EndOfFlush(PipePendingFlush flush, FlushResult result, Exception? failure) : ICriticalNotifyCompletion
    {
        [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "Part of the pattern of an awaitable.")]
        public bool IsCompleted => false;

        public EndOfFlush GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            flush._goOn = continuation;
            if (failure is null)
            {
                flush._core.SetResult(result);
            }
            else
            {
                flush._core.SetException(failure);
            }
        }
    }
}
