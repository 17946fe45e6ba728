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

    /// <param name="ended">Called when the inner flush has ended, before the caller continues.</param>
    /// <param name="taken">Called with each result that the caller takes.</param>
    public PipePendingFlush(Action<PipePendingFlush> ended, Action<FlushResult> taken)
    {
        _ended = ended;
        _taken = taken;
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

    public ValueTask<FlushResult> Start(ValueTask<FlushResult> inner, long coveredBytes, long waitingBytes, long nowMilliseconds)
    {
        _core.Reset();
        CoveredBytes = coveredBytes;
        WaitingBytes = waitingBytes;
        Volatile.Write(ref _startedMilliseconds, nowMilliseconds);
        short version = _core.Version;
        Volatile.Write(ref _state, (_state & ~PhaseMask) + NextFlush + Waiting);
        _inner = inner;
        // May end at once, on this thread or another: everything is in place.
        if (_goOn is { } goOn)
        {
            goOn();
        }
        else
        {
            StartWatch();
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

        FlushResult result = _core.GetResult(token);
        _taken(result);
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private static int GetPhase(int state) => state & PhaseMask;

    private void StartWatch()
    {
        // Without the caller's context, which the watch would keep alive for as long as the writer lives.
        using (ExecutionContext.SuppressFlow())
        {
            _ = WatchAsync();
        }
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            FlushResult result = default;
            Exception? failure = null;
            try
            {
                result = await _inner.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failure = exception;
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
