using System.Threading.Channels;
using MemGuard.Bounded;

namespace MemGuard.Benchmarks.Queue;

/// <summary>BoundedQueue against Channel.CreateBounded, in each mode: time, CPU time, bytes.</summary>
internal static class QueueThroughput
{
    private const int Capacity = 1024;
    private const int BatchSize = 64;
    private const int Threads = 64;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static long _dropped;
    private static long _read;

    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        string? only = args.Length > 0 ? args[0] : null;
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, server GC {System.Runtime.GCSettings.IsServerGC}, medians of {InterleavedRounds.Rounds} interleaved rounds; ns and bytes per item.");
        Console.WriteLine();
        Console.WriteLine("| case | channel ns | queue ns | ratio | CPU ratio | channel B | queue B |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach ((string name, int operations, Workload channel, Workload queue) in GetCases())
        {
            if (only is null || name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                (WorkloadCost a, WorkloadCost b, double ratio, double cpuRatio) = InterleavedRounds.Measure(operations, channel, queue);
                Console.WriteLine($"| {name} | {a.Nanoseconds:F1} | {b.Nanoseconds:F1} | {ratio:F2} | {cpuRatio:F2} | {a.Bytes:F2} | {b.Bytes:F2} |");
            }
        }

        Console.WriteLine();
        Console.WriteLine($"Retained after 50,000 cancelled waits: {MeasureRetained(useTimeout: false):F2} B each; after 50,000 timed-out waits: {MeasureRetained(useTimeout: true):F2} B each.");
        Console.WriteLine($"(Checks: {_read} items read, {_dropped} dropped.)");
        return 0;
    }

    private static IEnumerable<(string Name, int Operations, Workload Channel, Workload Queue)> GetCases()
    {
        Channel<object> waitChannel = CreateChannel(BoundedChannelFullMode.Wait, Capacity);
        BoundedQueue<object> waitQueue = CreateQueue(BoundedQueueFullMode.Wait, Capacity);
        BoundedQueue<object> weighedQueue = CreateQueue(BoundedQueueFullMode.Wait, Capacity, maxWeight: 1 << 20);
        yield return ("uncontended TryWrite + TryRead", 2_000_000, n => WriteRead(waitChannel, n), n => WriteRead(waitQueue, n));
        yield return ("the same, weighed", 2_000_000, n => WriteRead(waitChannel, n), n => WriteRead(weighedQueue, n));
        yield return ("uncontended WriteAsync + ReadAsync", 2_000_000, n => WriteReadAsync(waitChannel, n).Wait(), n => WriteReadAsync(waitQueue, n).Wait());
        yield return ("uncontended batch of 64", 2_000_000, n => WriteReadBatch(waitChannel, n), n => WriteReadMany(waitQueue, n));

        yield return ("64 threads, TryWrite + TryRead", 2_000_000, n => WriteReadOnThreads(waitChannel, n), n => WriteReadOnThreads(waitQueue, n));

        Channel<object> dropOldestChannel = Fill(CreateChannel(BoundedChannelFullMode.DropOldest, Capacity));
        BoundedQueue<object> dropOldestQueue = Fill(CreateQueue(BoundedQueueFullMode.DropOldest, Capacity));
        BoundedQueue<object> weighedDropOldestQueue = Fill(CreateQueue(BoundedQueueFullMode.DropOldest, Capacity, maxWeight: 1 << 20));
        yield return ("full, DropOldest with counter", 2_000_000, n => WriteOnly(dropOldestChannel, n), n => EnqueueOnly(dropOldestQueue, n));
        yield return ("the same, weighed", 2_000_000, n => WriteOnly(dropOldestChannel, n), n => EnqueueOnly(weighedDropOldestQueue, n));
        Channel<object> dropWriteChannel = Fill(CreateChannel(BoundedChannelFullMode.DropWrite, Capacity));
        BoundedQueue<object> dropWriteQueue = Fill(CreateQueue(BoundedQueueFullMode.DropWrite, Capacity));
        yield return ("full, DropWrite with counter", 2_000_000, n => WriteOnly(dropWriteChannel, n), n => EnqueueOnly(dropWriteQueue, n));
        Channel<object> fullChannel = Fill(CreateChannel(BoundedChannelFullMode.Wait, Capacity));
        BoundedQueue<object> rejectQueue = Fill(CreateQueue(BoundedQueueFullMode.Reject, Capacity));
        yield return ("full, Wait TryWrite / Reject", 2_000_000, n => WriteOnly(fullChannel, n), n => EnqueueOnly(rejectQueue, n));

        yield return ("1 producer, 1 consumer", 1_000_000, n => Pump(CreateChannel(BoundedChannelFullMode.Wait, Capacity), n, 1), n => Pump(CreateQueue(BoundedQueueFullMode.Wait, Capacity), n, 1));
        yield return ("2 producers, 2 consumers", 1_000_000, n => Pump(CreateChannel(BoundedChannelFullMode.Wait, Capacity), n, 2), n => Pump(CreateQueue(BoundedQueueFullMode.Wait, Capacity), n, 2));
        yield return ("1 producer, 1 consumer, batch of 64", 1_000_000, n => Pump(CreateChannel(BoundedChannelFullMode.Wait, Capacity), n, 1), n => PumpBatches(CreateQueue(BoundedQueueFullMode.Wait, Capacity), n, 1));
        yield return ("2 producers, 2 consumers, batch of 64", 1_000_000, n => Pump(CreateChannel(BoundedChannelFullMode.Wait, Capacity), n, 2), n => PumpBatches(CreateQueue(BoundedQueueFullMode.Wait, Capacity), n, 2));

        Channel<object> tinyChannel = Fill(CreateChannel(BoundedChannelFullMode.Wait, 1), 1);
        BoundedQueue<object> tinyQueue = Fill(CreateQueue(BoundedQueueFullMode.Wait, 1), 1);
        yield return ("blocked write with timeout", 300_000, n => WriteBlockedAsync(tinyChannel, n).Wait(), n => WriteBlockedAsync(tinyQueue, n).Wait());
    }

    private static Channel<object> CreateChannel(BoundedChannelFullMode mode, int capacity) =>
        Channel.CreateBounded<object>(new BoundedChannelOptions(capacity) { FullMode = mode }, static _ => _dropped++);

    private static BoundedQueue<object> CreateQueue(BoundedQueueFullMode mode, int capacity, long? maxWeight = null) =>
        new(new BoundedQueueOptions<object>
        {
            Name = "benchmark",
            Capacity = capacity,
            FullMode = mode,
            MaxWeight = maxWeight,
            Weigher = maxWeight is null ? null : static _ => 100,
            ItemDropped = static (_, _) => _dropped++,
        });

    private static TChannel Fill<TChannel>(TChannel channel, int count = Capacity)
        where TChannel : Channel<object>
    {
        for (int i = 0; i < count; i++)
        {
            channel.Writer.TryWrite(channel);
        }

        return channel;
    }

    private static void WriteRead(Channel<object> channel, int operations)
    {
        ChannelWriter<object> writer = channel.Writer;
        ChannelReader<object> reader = channel.Reader;
        for (int i = 0; i < operations; i++)
        {
            writer.TryWrite(channel);
            reader.TryRead(out _);
        }
    }

    // Far more threads than cores: whoever holds the lock is often not running.
    private static void WriteReadOnThreads(Channel<object> channel, int operations)
    {
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() => WriteRead(channel, operations / Threads)))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
    }

    private static async Task WriteReadAsync(Channel<object> channel, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            await channel.Writer.WriteAsync(channel);
            await channel.Reader.ReadAsync();
        }
    }

    private static void WriteReadBatch(Channel<object> channel, int operations)
    {
        object[] batch = new object[BatchSize];
        for (int i = 0; i < operations; i += BatchSize)
        {
            for (int j = 0; j < BatchSize; j++)
            {
                channel.Writer.TryWrite(channel);
            }

            for (int j = 0; j < BatchSize && channel.Reader.TryRead(out object? item); j++)
            {
                batch[j] = item;
            }
        }
    }

    private static void WriteReadMany(BoundedQueue<object> queue, int operations)
    {
        object[] batch = new object[BatchSize];
        for (int i = 0; i < operations; i += BatchSize)
        {
            for (int j = 0; j < BatchSize; j++)
            {
                queue.Writer.TryWrite(queue);
            }

            queue.TryReadMany(batch);
        }
    }

    private static void WriteOnly(Channel<object> channel, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            channel.Writer.TryWrite(channel);
        }
    }

    private static void EnqueueOnly(BoundedQueue<object> queue, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            queue.TryEnqueue(queue);
        }
    }

    private static void Pump(Channel<object> channel, int operations, int pairs)
    {
        Task[] consumers = [.. Enumerable.Range(0, pairs).Select(_ => Task.Run(async () =>
        {
            long read = 0;
            try
            {
                while (true)
                {
                    await channel.Reader.ReadAsync();
                    read++;
                }
            }
            catch (ChannelClosedException)
            {
                Interlocked.Add(ref _read, read);
            }
        }))];
        Produce(channel, operations, pairs);
        Task.WaitAll(consumers);
    }

    private static void PumpBatches(BoundedQueue<object> queue, int operations, int pairs)
    {
        Task[] consumers = [.. Enumerable.Range(0, pairs).Select(_ => Task.Run(async () =>
        {
            object[] batch = new object[BatchSize];
            long read = 0;
            int taken;
            while ((taken = await queue.ReadManyAsync(batch, TimeSpan.Zero)) > 0)
            {
                read += taken;
            }

            Interlocked.Add(ref _read, read);
        }))];
        Produce(queue, operations, pairs);
        Task.WaitAll(consumers);
    }

    private static void Produce(Channel<object> channel, int operations, int producers)
    {
        Task[] tasks = [.. Enumerable.Range(0, producers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < operations / producers; i++)
            {
                await channel.Writer.WriteAsync(channel);
            }
        }))];
        Task.WaitAll(tasks);
        channel.Writer.Complete();
    }

    private static async Task WriteBlockedAsync(Channel<object> channel, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            using CancellationTokenSource timeout = new(Timeout);
            ValueTask blocked = channel.Writer.WriteAsync(channel, timeout.Token);
            channel.Reader.TryRead(out _);
            await blocked;
        }
    }

    private static async Task WriteBlockedAsync(BoundedQueue<object> queue, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            ValueTask<EnqueueResult> blocked = queue.EnqueueAsync(queue, Timeout);
            queue.Reader.TryRead(out _);
            await blocked;
        }
    }

    private static double MeasureRetained(bool useTimeout)
    {
        int waits = Effort.Of(50_000, least: 500);
        BoundedQueue<object> queue = Fill(CreateQueue(BoundedQueueFullMode.Wait, 1), 1);
        // The thread pool's own queues grow to the burst and stay so for a while: that is not the queue's.
        for (int warmUp = 0; warmUp < 3; warmUp++)
        {
            EndWaits(queue, waits, useTimeout);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        EndWaits(queue, waits, useTimeout);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(queue);
        return (double)(after - before) / waits;
    }

    private static void EndWaits(BoundedQueue<object> queue, int count, bool useTimeout)
    {
        using CancellationTokenSource cancel = new();
        Task[] waits = new Task[count];
        for (int i = 0; i < count; i++)
        {
            waits[i] = EndWaitAsync(queue, useTimeout ? TimeSpan.FromMilliseconds(20) : null, cancel.Token);
        }

        if (!useTimeout)
        {
            cancel.Cancel();
        }

        Task.WaitAll(waits);
    }

    private static async Task EndWaitAsync(BoundedQueue<object> queue, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            await queue.EnqueueAsync(queue, timeout, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // As intended.
        }
    }
}
