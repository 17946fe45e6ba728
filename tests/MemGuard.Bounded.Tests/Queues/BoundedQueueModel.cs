namespace MemGuard.Bounded.Tests.Queues;

/// <summary>
/// What a queue must do, as plain lists and loops: no ring, no pooling, no locks. Operations that wait are entries in lists; their results appear in
/// <see cref="Results"/> under the operation's number.
/// </summary>
internal sealed class BoundedQueueModel(BoundedQueueOptions<QueueItem> options)
{
    private readonly List<QueueItem> _items = [];
    private readonly List<(int Operation, QueueItem Item, long Deadline)> _writers = [];
    private readonly List<Reader> _readers = [];
    private readonly List<int> _itemSignals = [];
    private readonly List<int> _roomSignals = [];
    private bool _isCompleted;
    private long _refusedWeight;
    private bool _hasRefusedImpossible;

    /// <summary>Of waits that wait for nothing: when they end.</summary>
    private readonly Dictionary<int, long> _pauses = [];

    public long Now { get; private set; }

    public Dictionary<int, string> Results { get; } = [];

    public List<(QueueItem Item, ItemDropReason Reason)> Dropped { get; } = [];

    public int Count => _items.Count;

    public long Weight => _items.Sum(static item => item.Weight);

    public int WaitingWriters => _writers.Count;

    public int Received { get; private set; }

    public bool IsFinished => _isCompleted && _items.Count == 0;

    private long MaxWeight => options.MaxWeight ?? long.MaxValue;

    public EnqueueResult TryEnqueue(QueueItem item)
    {
        EnqueueResult? result = Offer(item, options.FullMode);
        return result ?? EnqueueResult.Rejected;
    }

    public bool TryWrite(QueueItem item)
    {
        EnqueueResult? result = Offer(item, options.FullMode);
        if (result is null && item.Weight <= MaxWeight)
        {
            _refusedWeight = Math.Max(_refusedWeight, item.Weight);
        }
        else if (result is null)
        {
            _hasRefusedImpossible = true;
        }

        return result is EnqueueResult.Enqueued or EnqueueResult.EnqueuedAfterDrop or EnqueueResult.Dropped;
    }

    public void EnqueueAsync(int operation, QueueItem item, long? timeout)
    {
        EnqueueResult? result = Offer(item, options.FullMode);
        if (result is null && (item.Weight > MaxWeight || options.FullMode == BoundedQueueFullMode.Reject))
        {
            result = EnqueueResult.Rejected;
        }

        if (result is null && timeout == 0)
        {
            result = EnqueueResult.TimedOut;
        }

        if (result is null)
        {
            _writers.Add((operation, item, timeout is null ? long.MaxValue : Now + timeout.Value));
        }
        else
        {
            Results[operation] = result.Value.ToString();
        }
    }

    public QueueItem? TryRead()
    {
        if (_items.Count == 0)
        {
            return null;
        }

        QueueItem item = _items[0];
        _items.RemoveAt(0);
        Received++;
        Release();
        return item;
    }

    public List<QueueItem> TryReadMany(int max)
    {
        // All that is there leaves at once, then parked writers move in and are taken as well.
        List<QueueItem> taken = [];
        while (taken.Count < max && _items.Count > 0)
        {
            int step = Math.Min(max - taken.Count, _items.Count);
            taken.AddRange(_items.Take(step));
            _items.RemoveRange(0, step);
            Release();
        }

        Received += taken.Count;
        return taken;
    }

    public void ReadAsync(int operation)
    {
        if (TryRead() is QueueItem item)
        {
            Results[operation] = item.ToString();
        }
        else if (_isCompleted)
        {
            Results[operation] = "closed";
        }
        else
        {
            _readers.Add(new Reader(operation, 1, 0, IsBatch: false));
        }
    }

    public void ReadManyAsync(int operation, int max, long maxWait)
    {
        Reader reader = new(operation, max, maxWait, IsBatch: true);
        reader.Taken.AddRange(TryReadMany(max));
        if (_isCompleted || reader.Taken.Count == max || (reader.Taken.Count > 0 && maxWait == 0))
        {
            Results[operation] = reader.Describe();
            return;
        }

        reader.Deadline = reader.Taken.Count > 0 ? Now + maxWait : long.MaxValue;
        _readers.Add(reader);
    }

    public void WaitToReadAsync(int operation)
    {
        if (_items.Count > 0 || _isCompleted)
        {
            Results[operation] = _items.Count > 0 ? "True" : "False";
        }
        else
        {
            _itemSignals.Add(operation);
        }
    }

    public void WaitToWriteAsync(int operation)
    {
        if (_isCompleted)
        {
            Results[operation] = "False";
        }
        else if (HasOrMakesRoom() && _hasRefusedImpossible)
        {
            // Room there is, but who asks may be trying what never fits: told at the next change or after a moment.
            _hasRefusedImpossible = false;
            _pauses[operation] = Now + 10;
            _roomSignals.Add(operation);
        }
        else if (HasOrMakesRoom())
        {
            _refusedWeight = 0;
            Results[operation] = "True";
        }
        else
        {
            _roomSignals.Add(operation);
        }
    }

    public void Cancel(int operation)
    {
        int ended = _writers.RemoveAll(writer => writer.Operation == operation) + _itemSignals.RemoveAll(signal => signal == operation)
            + _roomSignals.RemoveAll(signal => signal == operation);
        if (ended > 0)
        {
            Results[operation] = "canceled";
        }
        else if (_readers.Find(reader => reader.Operation == operation) is Reader reader)
        {
            _readers.Remove(reader);
            Results[operation] = reader.Taken.Count > 0 ? reader.Describe() : "canceled";
        }
        else
        {
            return;
        }

        Release();
    }

    public void Advance(long milliseconds)
    {
        Now += milliseconds;
        foreach ((int operation, _, _) in _writers.Where(writer => writer.Deadline <= Now))
        {
            Results[operation] = nameof(EnqueueResult.TimedOut);
        }

        _writers.RemoveAll(writer => writer.Deadline <= Now);
        foreach (Reader reader in _readers.Where(reader => reader.Deadline <= Now))
        {
            Results[reader.Operation] = reader.Describe();
        }

        _readers.RemoveAll(reader => reader.Deadline <= Now);
        foreach (int operation in _roomSignals.Where(signal => _pauses.GetValueOrDefault(signal, long.MaxValue) <= Now).ToList())
        {
            Results[operation] = "True";
            _roomSignals.Remove(operation);
        }

        Release();
    }

    public void Complete()
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        _writers.ForEach(writer => Results[writer.Operation] = nameof(EnqueueResult.Completed));
        _readers.ForEach(reader => Results[reader.Operation] = reader.IsBatch ? reader.Describe() : "closed");
        _itemSignals.Concat(_roomSignals).ToList().ForEach(signal => Results[signal] = "False");
        _writers.Clear();
        _readers.Clear();
        _itemSignals.Clear();
        _roomSignals.Clear();
    }

    public void Dispose()
    {
        Complete();
        _items.ForEach(item => Dropped.Add((item, ItemDropReason.Disposed)));
        _items.Clear();
    }

    private EnqueueResult? Offer(QueueItem item, BoundedQueueFullMode mode)
    {
        if (_isCompleted)
        {
            return EnqueueResult.Completed;
        }

        if (item.Weight > MaxWeight)
        {
            return null;
        }

        if (_readers.Count > 0)
        {
            HandOver(item);
            return EnqueueResult.Enqueued;
        }

        if (_writers.Count == 0 && HasRoom(item.Weight))
        {
            Store(item);
            return EnqueueResult.Enqueued;
        }

        switch (mode)
        {
            case BoundedQueueFullMode.DropOldest or BoundedQueueFullMode.DropNewest:
                while (!HasRoom(item.Weight))
                {
                    int displaced = mode == BoundedQueueFullMode.DropOldest ? 0 : _items.Count - 1;
                    Dropped.Add((_items[displaced], ItemDropReason.Displaced));
                    _items.RemoveAt(displaced);
                }

                Store(item);
                Release();
                return EnqueueResult.EnqueuedAfterDrop;
            case BoundedQueueFullMode.DropWrite:
                Dropped.Add((item, ItemDropReason.NoRoom));
                return EnqueueResult.Dropped;
            default:
                return null;
        }
    }

    private bool HasRoom(long weight) => _items.Count < options.Capacity && Weight + weight <= MaxWeight;

    private bool HasOrMakesRoom() =>
        options.FullMode is BoundedQueueFullMode.DropOldest or BoundedQueueFullMode.DropNewest or BoundedQueueFullMode.DropWrite
        || (_writers.Count == 0 && HasRoomToSignal());

    private bool HasRoomToSignal() =>
        _items.Count < options.Capacity && (options.MaxWeight is null || Weight + Math.Max(1, _refusedWeight) <= MaxWeight);

    private void Store(QueueItem item)
    {
        _items.Add(item);
        _itemSignals.ForEach(signal => Results[signal] = "True");
        _itemSignals.Clear();
    }

    private void HandOver(QueueItem item)
    {
        Reader reader = _readers[0];
        reader.Taken.Add(item);
        Received++;
        if (reader.Taken.Count == reader.Max || reader.MaxWait == 0)
        {
            _readers.RemoveAt(0);
            Results[reader.Operation] = reader.IsBatch ? reader.Describe() : item.ToString();
        }
        else if (reader.Taken.Count == 1)
        {
            reader.Deadline = Now + reader.MaxWait;
        }
    }

    private void Release()
    {
        bool isAtResumeLevel = _items.Count <= Math.Min((int)(options.Capacity * options.ResumeAt), options.Capacity - 1)
            && (options.MaxWeight is null || Weight <= (long)(MaxWeight * options.ResumeAt));
        if (_isCompleted || !isAtResumeLevel)
        {
            return;
        }

        while (_writers.Count > 0 && HasRoom(_writers[0].Item.Weight))
        {
            Store(_writers[0].Item);
            Results[_writers[0].Operation] = nameof(EnqueueResult.Enqueued);
            _writers.RemoveAt(0);
        }

        if (_writers.Count == 0 && _roomSignals.Count > 0 && HasRoomToSignal())
        {
            _refusedWeight = 0;
            _roomSignals.ForEach(signal => Results[signal] = "True");
            _roomSignals.Clear();
        }
    }

    private sealed record Reader(int Operation, int Max, long MaxWait, bool IsBatch)
    {
        public List<QueueItem> Taken { get; } = [];

        public long Deadline { get; set; } = long.MaxValue;

        public string Describe() => string.Join(",", Taken);
    }
}

internal sealed record QueueItem(int Id, long Weight)
{
    public override string ToString() => $"{Id}";
}
