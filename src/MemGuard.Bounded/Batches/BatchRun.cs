namespace MemGuard.Bounded;

/// <summary>One batch under way: up to MaxConcurrency workers, each drawing its next item from the source when its last is done.</summary>
internal sealed class BatchRun<T> : IAsyncDisposable
{
    private readonly string _name;
    private readonly BatchGroup _group;
    private readonly int _maxConcurrency;
    private readonly long _maxWeight;
    private readonly bool _isWeightBounded;
    private readonly Func<T, long>? _weigher;
    private readonly Func<T, long, CancellationToken, ValueTask> _body;

    /// <summary>One for each item that may be in flight, given back by whoever takes its result; null when only the workers bound them.</summary>
    private readonly SemaphoreSlim? _itemSlots;
    private readonly IAsyncEnumerable<T> _source;
    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Held while one worker draws an item and finds room for its weight: a heavy item waits for room and nothing overtakes it.</summary>
    private readonly SemaphoreSlim _drawing = new(1, 1);

    /// <summary>Guards the fields below it that say so.</summary>
    private readonly Lock _gate = new();

    private IAsyncEnumerator<T>? _items;

    /// <summary>Guarded by _drawing.</summary>
    private long _nextIndex;

    /// <summary>Guarded by _drawing.</summary>
    private bool _isExhausted;

    /// <summary>Guarded by _gate: workers that have not ended; the last one ends the batch.</summary>
    private int _workers;

    /// <summary>Guarded by _gate: never above the bound.</summary>
    private long _inFlightWeight;

    /// <summary>Guarded by _gate: the one worker, in _drawing, that waits for weight to be given back.</summary>
    private TaskCompletionSource? _weightFreed;

    /// <summary>Guarded by _gate.</summary>
    private readonly List<Exception> _errors = [];

    public BatchRun(IAsyncEnumerable<T> source, BatchOptions<T> options, Func<T, long, CancellationToken, ValueTask> body, SemaphoreSlim? itemSlots, CancellationToken cancellationToken)
    {
        _source = source;
        _name = options.Name;
        _maxConcurrency = options.MaxConcurrency;
        _isWeightBounded = options.MaxWeightInFlight is not null;
        _maxWeight = options.MaxWeightInFlight ?? long.MaxValue;
        _weigher = options.Weigher;
        _body = body;
        _itemSlots = itemSlots;
        _outer = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _group = BatchGroup.Get(_name);
    }

    public Task RunAsync()
    {
        try
        {
            _items = _source.GetAsyncEnumerator(_stop.Token);
        }
        catch (Exception exception)
        {
            // Or the caller's token would keep it.
            _stop.Dispose();
            return Task.FromException(exception);
        }

        _group.Begin(_maxConcurrency, _isWeightBounded ? _maxWeight : null, isWeighed: _weigher is not null);
        StartWorker();
        return _ended.Task;
    }

    /// <summary>Stops the drawing and cancels the bodies' token; the run ends when they have.</summary>
    public void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ended on its own.
        }
        catch (AggregateException exception)
        {
            // A callback that some body registered.
            AddError(exception);
        }
    }

    /// <summary>Called by the last worker: nobody draws or waits any more.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _items!.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            AddError(exception);
        }

        _group.End(_maxConcurrency, _isWeightBounded ? _maxWeight : null);
        _stop.Dispose();
        _drawing.Dispose();
    }

    private void StartWorker()
    {
        lock (_gate)
        {
            _workers++;
        }

        _ = Task.Run(WorkAsync);
    }

    private async Task WorkAsync()
    {
        try
        {
            while (await DrawAsync().ConfigureAwait(false) is { } drawn)
            {
                try
                {
                    await _body(drawn.Item, drawn.Index, _stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    GiveBack(drawn.Weight);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop. Whether that was an error or the caller, the end knows.
        }
        catch (Exception exception)
        {
            AddError(exception);
            Cancel();
        }

        await EndWorkerAsync().ConfigureAwait(false);
    }

    private async ValueTask<(T Item, long Index, long Weight)?> DrawAsync()
    {
        await _drawing.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            if (_isExhausted)
            {
                return null;
            }

            if (_itemSlots is not null)
            {
                await _itemSlots.WaitAsync(_stop.Token).ConfigureAwait(false);
            }

            if (!await _items!.MoveNextAsync().ConfigureAwait(false))
            {
                _isExhausted = true;
                return null;
            }

            _stop.Token.ThrowIfCancellationRequested();
            T item = _items.Current;
            long weight = Weigh(item);
            await TakeAsync(weight).ConfigureAwait(false);
            long index = _nextIndex++;
            StartAnotherWorker();
            return (item, index, weight);
        }
        finally
        {
            _drawing.Release();
        }
    }

    // One at a time, as items come: a short source never starts more workers than it has items, plus one.
    private void StartAnotherWorker()
    {
        bool isWanted;
        lock (_gate)
        {
            isWanted = _workers < _maxConcurrency;
        }

        if (isWanted)
        {
            StartWorker();
        }
    }

    private long Weigh(T item)
    {
        long weight = _weigher?.Invoke(item) ?? 0;
        if (weight < 0)
        {
            throw new InvalidOperationException($"The weigher of batch '{_name}' returned {weight}; it must return zero or more.");
        }

        return weight <= _maxWeight
            ? weight
            : throw new InvalidOperationException($"An item of batch '{_name}' weighs {weight}, more than MaxWeightInFlight ({_maxWeight}).");
    }

    private async ValueTask TakeAsync(long weight)
    {
        while (true)
        {
            Task freed;
            lock (_gate)
            {
                if (weight <= _maxWeight - _inFlightWeight)
                {
                    _inFlightWeight += weight;
                    break;
                }

                _weightFreed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                freed = _weightFreed.Task;
            }

            await freed.WaitAsync(_stop.Token).ConfigureAwait(false);
        }

        _group.Take(weight);
    }

    private void GiveBack(long weight)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            _inFlightWeight -= weight;
            freed = _weightFreed;
            _weightFreed = null;
        }

        _group.GiveBack(weight);
        freed?.TrySetResult();
    }

    private void AddError(Exception exception)
    {
        lock (_gate)
        {
            _errors.Add(exception);
        }
    }

    private async Task EndWorkerAsync()
    {
        lock (_gate)
        {
            if (--_workers > 0)
            {
                return;
            }
        }

        bool isStopped = _stop.IsCancellationRequested;
        await DisposeAsync().ConfigureAwait(false);
        Report(isStopped);
    }

    private void Report(bool isStopped)
    {
        // The last worker is alone here: no lock.
        if (_errors.Count > 0)
        {
            _ended.TrySetException(_errors);
        }
        else if (_outer.IsCancellationRequested)
        {
            _ended.TrySetCanceled(_outer);
        }
        else if (isStopped)
        {
            _ended.TrySetCanceled(CancellationToken.None);
        }
        else
        {
            _ended.TrySetResult();
        }
    }
}
