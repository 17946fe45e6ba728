using System.Threading.Tasks.Sources;

namespace MemGuard.Bounded;

/// <summary>How a wait ended. Decided once, under the queue's lock, by whoever unlinks the waiter.</summary>
internal enum WaitOutcome
{
    Granted,
    TimedOut,
    Canceled,
    Completed,
}

/// <summary>The queue that a waiter belongs to.</summary>
internal interface IQueueWaiterOwner
{
    /// <summary>Whether what comes after a wait runs on the thread that ends it.</summary>
    bool ContinuesSynchronously { get; }

    /// <summary>Ends the wait unless it has already ended. Called by the token, outside the lock.</summary>
    void Cancel(QueueWaiter waiter, CancellationToken token);
}

/// <summary>
/// One parked operation: a link in a <see cref="NodeList{TNode}"/> and, in the derived class, the source behind its <see cref="ValueTask"/>.
/// </summary>
/// <remarks>
/// Life: rented and linked under the lock; unlinked under the lock by a grant, a timeout, a cancellation or completion, whichever comes first
/// (the others find it unlinked and do nothing); signalled after the lock; recycled when the caller takes the result. Its next link serves the list,
/// then the chain of those to signal, then the pool: never two at a time.
/// </remarks>
internal abstract class QueueWaiter(IQueueWaiterOwner owner) : ListNode<QueueWaiter>
{
    private CancellationTokenRegistration _registration;

    protected IQueueWaiterOwner Owner => owner;

    /// <summary>Milliseconds on the queue's clock; <see cref="long.MaxValue"/> for none. Guarded by the lock.</summary>
    public long Deadline { get; set; }

    public WaitOutcome Outcome { get; set; }

    /// <summary>The exception the queue was completed with, when <see cref="Outcome"/> says so.</summary>
    public Exception? Error { get; set; }

    public CancellationToken CanceledBy { get; set; }

    /// <summary>Entries below this one in the pool. Written before it is pushed.</summary>
    public int PoolDepth { get; set; }

    /// <summary>Lets the token end the wait. Called after linking and outside the lock: the token may already be, or just now become, cancelled.</summary>
    public void ListenTo(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _registration = token.UnsafeRegister(
                static (state, canceled) =>
                {
                    QueueWaiter waiter = (QueueWaiter)state!;
                    waiter.CancelBy(canceled);
                },
                this);
        }
    }

    /// <summary>Publishes the outcome to the caller, whose continuation runs elsewhere unless the queue allows it here. Outside the lock.</summary>
    public abstract void Signal();

    /// <summary>Waits for a cancellation callback that is running right now: it must not find the waiter in its next life.</summary>
    protected void StopListening()
    {
        _registration.Dispose();
        _registration = default;
    }

    private void CancelBy(CancellationToken token) => owner.Cancel(this, token);
}

/// <summary>A waiter whose operation gives a <typeparamref name="TResult"/>.</summary>
internal abstract class QueueWaiter<TResult>(IQueueWaiterOwner owner) : QueueWaiter(owner), IValueTaskSource<TResult>
{
    // Unless it is asked for, continuations never run on the signalling thread: it may be another caller in the middle of its own operation.
    private ManualResetValueTaskSourceCore<TResult> _core = new() { RunContinuationsAsynchronously = !owner.ContinuesSynchronously };

    /// <summary>1 once a continuation waits: there is room for one. Interlocked.</summary>
    private int _isAwaited;

    public short Version => _core.Version;

    public TResult GetResult(short token)
    {
        // Checked first: a second await of the same task must not recycle a waiter that already serves somebody else.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The operation has not completed; await it.");
        }

        StopListening();
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _isAwaited = 0;
            Recycle();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (Interlocked.Exchange(ref _isAwaited, 1) == 0)
        {
            _core.OnCompleted(continuation, state, token, flags);
        }
        else
        {
            // Awaited a second time. An exception from here would end the process: the second caller gets one when it asks for the result.
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
        }
    }

    public override void Signal()
    {
        if (Outcome == WaitOutcome.Canceled && CreateCancellation() is Exception canceled)
        {
            _core.SetException(canceled);
        }
        else if (TryGetResult(out TResult result, out Exception? failure))
        {
            _core.SetResult(result);
        }
        else
        {
            _core.SetException(failure!);
        }
    }

    /// <summary>Null when a cancelled wait has something to hand over all the same.</summary>
    protected virtual Exception? CreateCancellation() => new OperationCanceledException(CanceledBy);

    protected abstract bool TryGetResult(out TResult result, out Exception? failure);

    /// <summary>Forgets what the operation held and goes back to the pool.</summary>
    protected abstract void Recycle();
}
