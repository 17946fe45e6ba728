using MemGuard.Bounded.Tests.Support;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>Short histories of three threads, each checked for an order that a sequential queue could have given.</summary>
public sealed class BoundedQueueLinearizabilityTests
{
    private const int Threads = 3;
    private const int OperationsPerThread = 5;
    private const int Capacity = 3;

    private static readonly int Runs = SoakLength.IsLong ? 100_000 : 4_000;

    private long _clock;

    [Theory]
    [InlineData(BoundedQueueFullMode.Wait)]
    [InlineData(BoundedQueueFullMode.DropOldest)]
    [InlineData(BoundedQueueFullMode.DropNewest)]
    [InlineData(BoundedQueueFullMode.DropWrite)]
    [InlineData(BoundedQueueFullMode.Reject)]
    public void AnyHistory_EachMode_IsLinearizable(BoundedQueueFullMode mode)
    {
        List<TimedOperation>[] histories = [[], [], []];
        BoundedQueue<int>? queue = null;
        int seed = 0;
        using Barrier barrier = new(Threads + 1);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            while (true)
            {
                barrier.SignalAndWait();
                if (queue is null)
                {
                    return;
                }

                Act(queue, new Random((seed * Threads) + index), index, histories[index]);
                barrier.SignalAndWait();
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        string? failure = null;
        for (seed = 0; seed < Runs && failure is null; seed++)
        {
            Array.ForEach(histories, static history => history.Clear());
            queue = new BoundedQueue<int>(new BoundedQueueOptions<int> { Name = "history", Capacity = Capacity, FullMode = mode, MaxWeight = 6, Weigher = Weigh });
            barrier.SignalAndWait();
            barrier.SignalAndWait();
            queue.Dispose();
            TimedOperation[] history = [.. histories.SelectMany(static history => history).OrderBy(static operation => operation.Call)];
            if (!LinearizabilityChecker.IsLinearizable(history, "", (state, operation) => Apply(state, operation, mode)))
            {
                failure = $"Seed {seed}: {string.Join(Environment.NewLine, history.AsEnumerable())}";
            }
        }

        queue = null;
        barrier.SignalAndWait();
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Null(failure);
    }

    // One character an item: 'a' and up; every third weighs 3, the others 1.
    private static long Weigh(int item) => item % 3 == 0 ? 3 : 1;

    private void Act(BoundedQueue<int> queue, Random random, int thread, List<TimedOperation> history)
    {
        int[] batch = new int[2];
        for (int i = 0; i < OperationsPerThread; i++)
        {
            int item = (thread * OperationsPerThread) + i;
            int kind = random.Next(20);
            long call = Interlocked.Increment(ref _clock);
            (string name, string result) = kind switch
            {
                < 9 => ("enqueue", $"{queue.TryEnqueue(item)}"),
                < 14 => ("read", queue.Reader.TryRead(out int read) ? Show(read) : ""),
                < 17 => ("readMany", string.Concat(batch.Take(queue.TryReadMany(batch)).ToArray().Select(Show))),
                < 18 => ("count", $"{queue.Count}"),
                < 19 => ("peek", queue.Reader.TryPeek(out int peeked) ? Show(peeked) : ""),
                _ => ("complete", $"{queue.Writer.TryComplete()}"),
            };
            history.Add(new TimedOperation(name, item, result, call, Interlocked.Increment(ref _clock)));
        }
    }

    private static string Show(int item) => $"{(char)('a' + item)}";

    private static string? Apply(string state, TimedOperation operation, BoundedQueueFullMode mode)
    {
        bool isComplete = state.EndsWith('!');
        string items = state.TrimEnd('!');
        string end = isComplete ? "!" : "";
        switch (operation.Name)
        {
            case "enqueue":
                (EnqueueResult result, string after) = Enqueue(items, operation.Argument, isComplete, mode);
                return $"{result}" == operation.Result ? after + end : null;
            case "read":
                return operation.Result == items[..Math.Min(1, items.Length)] ? items[operation.Result.Length..] + end : null;
            case "readMany":
                return operation.Result == items[..Math.Min(2, items.Length)] ? items[operation.Result.Length..] + end : null;
            case "count":
                return operation.Result == $"{items.Length}" ? state : null;
            case "peek":
                return operation.Result == items[..Math.Min(1, items.Length)] ? state : null;
            default:
                return operation.Result == $"{!isComplete}" ? items + "!" : null;
        }
    }

    private static (EnqueueResult Result, string After) Enqueue(string items, int item, bool isComplete, BoundedQueueFullMode mode)
    {
        if (isComplete)
        {
            return (EnqueueResult.Completed, items);
        }

        if (HasRoom(items, item))
        {
            return (EnqueueResult.Enqueued, items + Show(item));
        }

        if (mode is BoundedQueueFullMode.DropOldest or BoundedQueueFullMode.DropNewest)
        {
            string rest = items;
            while (!HasRoom(rest, item))
            {
                rest = mode == BoundedQueueFullMode.DropOldest ? rest[1..] : rest[..^1];
            }

            return (EnqueueResult.EnqueuedAfterDrop, rest + Show(item));
        }

        return (mode == BoundedQueueFullMode.DropWrite ? EnqueueResult.Dropped : EnqueueResult.Rejected, items);
    }

    private static bool HasRoom(string items, int item) =>
        items.Length < Capacity && items.Sum(static letter => Weigh(letter - 'a')) + Weigh(item) <= 6;
}
