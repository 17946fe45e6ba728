using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace MemGuard.Bounded;

/// <summary>
/// The one flush of a writer that may be waiting for its reader. It ends when the inner flush ends or when the writer gives up, whichever is first,
/// and is used again by the next flush: waiting allocates nothing.
/// </summary>
internal sealed class PipePendingFlush : IValueTaskSource<FlushResult>
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Done = 2;
    private const int GivenUp = 3;

    private readonly Action<PipePendingFlush> _ended;
    private readonly Action<FlushResult> _taken;
    private readonly Action _innerEnded;

    private ManualResetValueTaskSourceCore<FlushResult> _core;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _inner;

    /// <summary>Waiting is left once, by compare-and-swap: by the inner flush for Done, by the ticker for GivenUp. Done becomes Idle when the result is taken.</summary>
    private int _state;

    /// <param name="ended">Called when the inner flush has ended, before the caller continues.</param>
    /// <param name="taken">Called with each result that the caller takes.</param>
    public PipePendingFlush(Action<PipePendingFlush> ended, Action<FlushResult> taken)
    {
        _ended = ended;
        _taken = taken;
        _innerEnded = OnInnerEnded;
    }

    public bool IsIdle => Volatile.Read(ref _state) == Idle;

    public bool IsWaiting => Volatile.Read(ref _state) == Waiting;

    /// <summary>The flush has ended and nobody looked at its result.</summary>
    public bool IsIgnored => Volatile.Read(ref _state) == Done;

    public long StartedMilliseconds { get; private set; }

    /// <summary>Total bytes written when the flush began: it covers them all.</summary>
    public long CoveredBytes { get; private set; }

    /// <summary>Bytes that wait with it.</summary>
    public long WaitingBytes { get; private set; }

    public ValueTask<FlushResult> Start(ValueTask<FlushResult> inner, long coveredBytes, long waitingBytes, long nowMilliseconds)
    {
        _core.Reset();
        CoveredBytes = coveredBytes;
        WaitingBytes = waitingBytes;
        StartedMilliseconds = nowMilliseconds;
        short version = _core.Version;
        Volatile.Write(ref _state, Waiting);
        _inner = inner.ConfigureAwait(false).GetAwaiter();
        // May call back at once, on this thread or another: everything is in place.
        _inner.UnsafeOnCompleted(_innerEnded);
        return new ValueTask<FlushResult>(this, version);
    }

    /// <summary>True for the one caller that ends the wait in place of the inner flush; it then calls <see cref="SignalGivenUp"/>.</summary>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;

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

        Interlocked.CompareExchange(ref _state, Idle, Done);
        FlushResult result = _core.GetResult(token);
        _taken(result);
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void OnInnerEnded()
    {
        FlushResult result = default;
        Exception? failure = null;
        try
        {
            result = _inner.GetResult();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (Interlocked.CompareExchange(ref _state, Done, Waiting) != Waiting)
        {
            // The writer gave up first; its caller has been told.
            return;
        }

        _ended(this);
        // On the inner writer's own thread, as without this decorator.
        if (failure is null)
        {
            _core.SetResult(result);
        }
        else
        {
            _core.SetException(failure);
        }
    }
}
