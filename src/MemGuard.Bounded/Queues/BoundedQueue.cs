using System.Diagnostics;
using System.Threading.Channels;

namespace MemGuard.Bounded;

/// <summary>
/// A channel with two bounds, items and weight (usually bytes), that never loses an item silently: every offer has a result,
/// every drop reaches a callback, and all of it is counted.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <remarks>
/// <para>A drop-in <see cref="Channel{T}"/>: <see cref="Channel{TWrite,TRead}.Reader"/> and <see cref="Channel{TWrite,TRead}.Writer"/> work as usual, except that
/// <c>WriteAsync</c> throws <see cref="BoundedQueueFullException"/> when the item is rejected, for its weight or in
/// <see cref="BoundedQueueFullMode.Reject"/>, and <see cref="TimeoutException"/> when <see cref="BoundedQueueOptions.WaitTimeout"/> passes. In both cases the
/// caller keeps the item.</para>
/// <para>An item heavier than <see cref="BoundedQueueOptions.MaxWeight"/> never fits: <c>WriteAsync</c> throws and <see cref="TryEnqueue"/> and
/// <see cref="EnqueueAsync"/> say so, but all that a <c>TryWrite</c> may say is false, which a loop around <c>WaitToWriteAsync</c> takes for "not yet".
/// Such a loop never ends; it tries again a hundred times a second at most.</para>
/// <para>Thread-safe for any number of readers and writers. Waiting writers are served in order of arrival. Steady operation allocates nothing.
/// Dispose it to send what is left to <see cref="BoundedQueueOptions{T}.ItemDropped"/>; a queue that is merely forgotten is collected like any object.</para>
/// </remarks>
[DebuggerDisplay("{Name,nq}: {Count} of {Capacity}, {_fullMode}, completed: {_isCompleted}")]
[DebuggerTypeProxy(typeof(BoundedQueueDebugView<>))]
public sealed partial class BoundedQueue<T> : Channel<T>, IDisposable, IBoundedStructure, IQueueWaiterOwner, ITickTarget
{
    /// <summary>Guards all state below. Never held while user code runs, the time provider included, or a waiter is signalled.</summary>
    private BriefLock _gate;

    private readonly string _name;
    private readonly int _capacity;
    private readonly long _maxWeight;
    private readonly bool _isWeightBounded;
    private readonly Func<T, long>? _weigher;
    private readonly Action<T, ItemDropReason>? _itemDropped;
    private readonly BoundedQueueFullMode _fullMode;
    private readonly TimeSpan _waitTimeout;
    private readonly bool _continuesSynchronously;

    /// <summary>Whether a writer need never wait: what there is no room for displaces something, or is dropped.</summary>
    private readonly bool _makesRoom;
    private readonly TimeProvider _timeProvider;

    /// <summary>Waiting writers go on when both are reached.</summary>
    private readonly int _resumeCount;
    private readonly long _resumeWeight;

    /// <summary>Completes when the queue is complete and empty.</summary>
    private readonly TaskCompletionSource _completion;

    /// <summary>Writers with an item, parked in mode Wait. Not empty only while the ring is not empty.</summary>
    private readonly NodeList<QueueWaiter> _writers = new();

    /// <summary>Single and batch readers. Not empty only while the ring is empty.</summary>
    private readonly NodeList<QueueWaiter> _readers = new();

    /// <summary>Parked <c>WaitToReadAsync</c>. Not empty only while the ring is empty.</summary>
    private readonly NodeList<QueueWaiter> _itemSignals = new();

    /// <summary>Parked <c>WaitToWriteAsync</c>.</summary>
    private readonly NodeList<QueueWaiter> _roomSignals = new();

    private readonly QueueWaiterPool<QueueWriteWaiter<T>> _writePool = new();
    private readonly QueueWaiterPool<QueueReadWaiter<T>> _readPool = new();
    private readonly QueueWaiterPool<QueueBatchWaiter<T>> _batchPool = new();
    private readonly QueueWaiterPool<QueueSignalWaiter<T>> _signalPool = new();

    private readonly QueueAge _age;

    private QueueRing<T> _ring;

    /// <summary>The ring was shortened since the last tick: once a second is enough, or bursts in quick succession would make and drop a long array each.</summary>
    private bool _hasShortened;

    /// <summary>Zero when nobody waits and nothing is over: then an operation may take the short path. See <see cref="UpdateAttentionUnsynchronized"/>.</summary>
    private int _attention;

    private bool _isCompleted;
    private bool _isDisposed;

    /// <summary>What <c>TryComplete</c> was given.</summary>
    private Exception? _error;

    /// <summary>The heaviest item that <c>TryWrite</c> refused since room was last signalled: until it fits, <c>WaitToWriteAsync</c> must wait, or its caller spins.</summary>
    private long _refusedWeight;

    /// <summary>
    /// <c>TryWrite</c> refused an item that never fits. It cannot say so, and a caller that now waits for room would find some and try again for ever:
    /// the next <c>WaitToWriteAsync</c> answers after a moment, so that such a loop costs no processor.
    /// </summary>
    private bool _hasRefusedImpossible;

    private int _highWaterCount;
    private long _highWaterWeight;

    /// <summary>Items that went straight into the hand of a parked reader, past the ring.</summary>
    private long _totalHandedOver;
    private long _totalDisplaced;

    /// <summary>Items that were queued last when they had to go, and are no part of what the ring says came in.</summary>
    private long _totalDisplacedNewest;
    private long _totalDroppedWrites;
    private long _totalDisposed;
    private long _totalRejected;
    private long _totalTimedOut;
    private long _totalCanceledWrites;
    private long _totalRefusedByCompletion;
    private long _totalWaits;

    /// <summary>In timestamps of the time provider. Interlocked: added to after the lock.</summary>
    private long _totalWaitTimestamps;

    /// <summary>Interlocked: counted after the lock.</summary>
    private long _totalCallbackErrors;

    /// <summary>The earliest deadline of a parked operation, or earlier: a tick before it has nothing to do. Guarded by the lock.</summary>
    private long _nextDeadline = long.MaxValue;

    /// <summary>Whether the ticker calls for deadlines. Guarded by the lock.</summary>
    private bool _isTickingDeadlines;

    /// <summary>Creates an empty queue and registers it, weakly, with <see cref="BoundedStructures"/>.</summary>
    /// <param name="options">The bounds; read once.</param>
    /// <param name="timeProvider">The clock of timeouts and ages; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public BoundedQueue(BoundedQueueOptions<T> options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _name = options.Name;
        _capacity = options.Capacity;
        _isWeightBounded = options.MaxWeight is not null;
        _maxWeight = options.MaxWeight ?? long.MaxValue;
        _weigher = options.Weigher;
        _itemDropped = options.ItemDropped;
        _fullMode = options.FullMode;
        _makesRoom = _fullMode is BoundedQueueFullMode.DropOldest or BoundedQueueFullMode.DropNewest or BoundedQueueFullMode.DropWrite;
        _waitTimeout = options.WaitTimeout;
        _continuesSynchronously = options.AllowSynchronousContinuations;
        _completion = new TaskCompletionSource(_continuesSynchronously ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _timeProvider = timeProvider ?? TimeProvider.System;
        // Below capacity in any case: a full queue never resumes writers.
        _resumeCount = Math.Min((int)(_capacity * options.ResumeAt), _capacity - 1);
        _resumeWeight = _isWeightBounded ? (long)(_maxWeight * options.ResumeAt) : long.MaxValue;
        _ring = new QueueRing<T>(_capacity, _weigher is not null);
        _age = new QueueAge(_timeProvider, TickAge);
        Reader = new BoundedQueueReader<T>(this);
        Writer = new BoundedQueueWriter<T>(this);
        using (_gate.EnterScope())
        {
            UpdateAttentionUnsynchronized();
        }

        BoundedStructures.Register(this, options.Name);
    }

    /// <summary>The name given in the options.</summary>
    public string Name => _name;

    /// <summary>The most items it holds.</summary>
    public int Capacity => _capacity;

    /// <summary>Items queued now.</summary>
    public int Count
    {
        get
        {
            using (_gate.EnterScope())
            {
                return _ring.Count;
            }
        }
    }

    /// <summary>
    /// Accepts no more items, ends all waits, and gives what is still queued to <see cref="BoundedQueueOptions{T}.ItemDropped"/>.
    /// To let readers finish first, complete the writer and await the reader's completion before disposing.
    /// </summary>
    public void Dispose()
    {
        Aftermath after = default;
        using (_gate.EnterScope())
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            CompleteUnsynchronized(null, ref after);
            _totalDisposed += _ring.Count;
            while (_ring.Count > 0)
            {
                after.AddDropped(_ring.Take(), ItemDropReason.Disposed);
            }

            ShortenUnsynchronized();
            FinishIfDrainedUnsynchronized(ref after);
        }

        BoundedStructures.Unregister(this, _name);
        Settle(ref after);
    }

    internal bool TryComplete(Exception? error)
    {
        Aftermath after = default;
        using (_gate.EnterScope())
        {
            if (_isCompleted)
            {
                return false;
            }

            CompleteUnsynchronized(error, ref after);
        }

        Settle(ref after);
        return true;
    }

    private void CompleteUnsynchronized(Exception? error, ref Aftermath after)
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        _error = error;
        _totalRefusedByCompletion += _writers.Count;
        EndAllUnsynchronized(_writers, WaitOutcome.Completed, ref after);
        EndAllUnsynchronized(_readers, WaitOutcome.Completed, ref after);
        EndAllUnsynchronized(_itemSignals, WaitOutcome.Completed, ref after);
        EndAllUnsynchronized(_roomSignals, WaitOutcome.Completed, ref after);
        UpdateAttentionUnsynchronized();
        FinishIfDrainedUnsynchronized(ref after);
    }

    private void FinishIfDrainedUnsynchronized(ref Aftermath after) => after.IsFinished = _isCompleted && _ring.Count == 0;

    private void Finish()
    {
        if (_error is OperationCanceledException canceled)
        {
            _completion.TrySetCanceled(canceled.CancellationToken);
        }
        else if (_error is Exception error)
        {
            _completion.TrySetException(error);
            // A producer that reports its failure through the queue must not also appear as an unobserved task.
            _ = _completion.Task.Exception;
        }
        else
        {
            _completion.TrySetResult();
        }
    }

    private void UpdateAttentionUnsynchronized()
    {
        Debug.Assert(_gate.IsHeld, "The lock is held.");
        bool anybodyWaits = _writers.Count + _readers.Count + _itemSignals.Count + _roomSignals.Count > 0;
        _attention = anybodyWaits || _isCompleted || !_age.IsTicking ? 1 : 0;
    }
}
