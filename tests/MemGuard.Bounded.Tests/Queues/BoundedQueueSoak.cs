using System.Threading.Channels;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>
/// One life of a queue under random writers, readers, cancellation, timeouts and a random end, with a book of what became of every item.
/// </summary>
internal sealed class BoundedQueueSoak
{
    /// <summary>A soak that stands still this long has forgotten a waiter.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _seed;
    private readonly int _itemsPerWriter;
    private readonly BoundedQueueFullMode _mode;
    private readonly BoundedQueue<int> _queue;
    private readonly bool _isWeighed;

    /// <summary>Per item: 1 for each time it was read, 16 for each time the drop callback had it, 256 when the writer was told it is stored, 512 when told dropped.</summary>
    private readonly int[] _book;
    private readonly CancellationTokenSource?[] _cancellable;
    private volatile bool _isOver;

    public BoundedQueueSoak(int seed, int pairs, int itemsPerWriter)
    {
        Random random = new(seed);
        _seed = seed;
        _itemsPerWriter = itemsPerWriter;
        _mode = (BoundedQueueFullMode)(random.Next(8) switch { < 4 => 0, int other => other - 3 });
        _isWeighed = random.Next(3) > 0;
        Pairs = pairs;
        _book = new int[pairs * itemsPerWriter];
        _cancellable = new CancellationTokenSource?[pairs * 2];
        _queue = new BoundedQueue<int>(new BoundedQueueOptions<int>
        {
            Name = "soak",
            Capacity = random.Next(4) switch { 0 => 1, 1 => 2, 2 => 17, _ => 256 },
            MaxWeight = _isWeighed ? 64 : null,
            Weigher = _isWeighed ? Weigh : null,
            FullMode = _mode,
            ResumeAt = random.Next(3) switch { 0 => 0.5, 1 => 0.75, _ => 1 },
            ItemDropped = (item, _) => Interlocked.Add(ref _book[item], 16),
        });
    }

    public int Pairs { get; }

    private static long Weigh(int item) => item % 64;

    /// <summary>Runs it to its end and returns what was wrong; null when every item was accounted for.</summary>
    public async Task<string?> RunAsync()
    {
        Random random = new(_seed);
        Task[] writers = [.. Enumerable.Range(0, Pairs).Select(index => Task.Run(() => WriteAsync(index)))];
        Task[] readers = [.. Enumerable.Range(0, Pairs).Select(index => Task.Run(() => ReadAsync(index)))];
        Task cancelling = Task.Run(CancelAtRandomAsync);
        bool isCutShort = random.Next(5) == 0;
        if (isCutShort)
        {
            // In the middle of things: whatever is under way must end.
            while (_queue.GetStatistics().TotalEnqueued < _book.Length / 2 && !writers.All(static writer => writer.IsCompleted))
            {
                await Task.Yield();
            }

            _queue.Dispose();
        }

        string? stuck = await JoinAsync(writers, "writers") ?? (_queue.Writer.TryComplete() || isCutShort ? await JoinAsync(readers, "readers") : "Completed by nobody.");
        _isOver = true;
        _queue.Dispose();
        await cancelling;
        return stuck ?? Check();
    }

    private async Task<string?> JoinAsync(Task[] tasks, string who)
    {
        try
        {
            await Task.WhenAll(tasks).WaitAsync(Patience);
            return null;
        }
        catch (TimeoutException)
        {
            return $"Seed {_seed}: {who} stand still; {_queue.GetStatistics()}";
        }
    }

    private async Task WriteAsync(int index)
    {
        Random random = new(HashCode.Combine(_seed, index));
        for (int i = 0; i < _itemsPerWriter; i++)
        {
            int item = (index * _itemsPerWriter) + i;
            EnqueueResult result;
            try
            {
                result = await WriteOneAsync(item, random, index);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            if (result is EnqueueResult.Enqueued or EnqueueResult.EnqueuedAfterDrop)
            {
                Interlocked.Add(ref _book[item], 256);
            }
            else if (result == EnqueueResult.Dropped)
            {
                Interlocked.Add(ref _book[item], 512);
            }
        }
    }

    private async ValueTask<EnqueueResult> WriteOneAsync(int item, Random random, int index)
    {
        switch (random.Next(6))
        {
            case 0:
                return _queue.TryEnqueue(item);
            case 1:
                return await _queue.EnqueueAsync(item, TimeSpan.FromMilliseconds(random.Next(30)));
            case 2:
                return await _queue.EnqueueAsync(item, TimeSpan.FromMilliseconds(random.Next(100)), GetToken(index));
            case 3:
                return await _queue.EnqueueAsync(item, cancellationToken: GetToken(index));
            case 4:
                while (await _queue.Writer.WaitToWriteAsync(GetToken(index)))
                {
                    if (_queue.Writer.TryWrite(item))
                    {
                        return EnqueueResult.Enqueued;
                    }
                }

                return EnqueueResult.Completed;
            default:
                try
                {
                    await _queue.Writer.WriteAsync(item, GetToken(index));
                    return EnqueueResult.Enqueued;
                }
                catch (BoundedQueueFullException)
                {
                    return EnqueueResult.Rejected;
                }
                catch (ChannelClosedException)
                {
                    return EnqueueResult.Completed;
                }
        }
    }

    private async Task ReadAsync(int index)
    {
        Random random = new(HashCode.Combine(_seed, index, "reader"));
        int[] batch = new int[24];
        while (!_queue.Reader.Completion.IsCompleted)
        {
            try
            {
                int size = random.Next(1, batch.Length + 1);
                switch (random.Next(5))
                {
                    case 0:
                        Note(batch.AsSpan(0, _queue.TryReadMany(batch.AsSpan(0, size))));
                        break;
                    case 1:
                        int taken = await _queue.ReadManyAsync(batch.AsMemory(0, size), TimeSpan.FromMilliseconds(random.Next(3) * 10), GetToken(Pairs + index));
                        Note(batch.AsSpan(0, taken));
                        break;
                    case 2:
                        if (await _queue.Reader.WaitToReadAsync(GetToken(Pairs + index)) && _queue.Reader.TryRead(out int read))
                        {
                            Note([read]);
                        }

                        break;
                    default:
                        Note([await _queue.Reader.ReadAsync(GetToken(Pairs + index))]);
                        break;
                }
            }
            catch (OperationCanceledException)
            {
                // The next one carries on: a cancelled read must have taken nothing.
            }
            catch (ChannelClosedException)
            {
                // Complete and empty.
            }
        }
    }

    private void Note(ReadOnlySpan<int> items)
    {
        foreach (int item in items)
        {
            Interlocked.Increment(ref _book[item]);
        }
    }

    private CancellationToken GetToken(int slot)
    {
        CancellationTokenSource? source = Volatile.Read(ref _cancellable[slot]);
        if (source is null || source.IsCancellationRequested)
        {
            source = new CancellationTokenSource();
            Volatile.Write(ref _cancellable[slot], source);
        }

        return source.Token;
    }

    private async Task CancelAtRandomAsync()
    {
        Random random = new(_seed + 1);
        while (!_isOver)
        {
            CancelSome(random);
            await Task.Yield();
        }
    }

    private void CancelSome(Random random)
    {
        for (int i = 0; i < 20; i++)
        {
            Volatile.Read(ref _cancellable[random.Next(_cancellable.Length)])?.Cancel();
            Thread.SpinWait(random.Next(400));
        }
    }

    private string? Check()
    {
        for (int item = 0; item < _book.Length; item++)
        {
            int seen = _book[item] % 256;
            bool isRight = (_book[item] / 256) switch
            {
                // Kept by its writer: nobody else may have it.
                0 => seen == 0,
                1 => seen is 1 or 16,
                _ => seen == 16,
            };
            if (!isRight)
            {
                return $"Seed {_seed}: item {item} in mode {_mode} was read {seen % 16} times and dropped {seen / 16} times, the writer was told {_book[item] / 256}.";
            }
        }

        BoundedQueueStatistics statistics = _queue.GetStatistics();
        long stored = statistics.TotalDequeued + statistics.TotalDisplaced + statistics.TotalDisposed;
        return statistics.TotalEnqueued != stored || statistics.CurrentCount != 0 || statistics.CurrentWeight != 0 || statistics.CurrentWaitingWriters != 0
            || statistics.HighWaterCount > _queue.Capacity || (_isWeighed && statistics.HighWaterWeight > 64)
            ? $"Seed {_seed}: {statistics}"
            : null;
    }
}
