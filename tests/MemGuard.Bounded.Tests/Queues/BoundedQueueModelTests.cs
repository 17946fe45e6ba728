using System.Threading.Channels;
using FsCheck;
using FsCheck.Fluent;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>Random command sequences against <see cref="BoundedQueueModel"/>: after every command, all results, drops and counters agree.</summary>
public sealed class BoundedQueueModelTests
{
    private const int Kinds = 15;
    private const int Arguments = 8;

    [Theory]
    [InlineData(BoundedQueueFullMode.Wait, null)]
    [InlineData(BoundedQueueFullMode.Wait, 10L)]
    [InlineData(BoundedQueueFullMode.DropOldest, null)]
    [InlineData(BoundedQueueFullMode.DropOldest, 10L)]
    [InlineData(BoundedQueueFullMode.DropNewest, 10L)]
    [InlineData(BoundedQueueFullMode.DropWrite, 10L)]
    [InlineData(BoundedQueueFullMode.Reject, 10L)]
    public void AnyCommands_EachMode_BehaveLikeTheModel(BoundedQueueFullMode mode, long? maxWeight)
    {
        Gen<int[]> commands = Gen.Choose(0, (Kinds * Arguments) - 1).ArrayOf(60);
        Gen<(int[] Commands, int Capacity, double ResumeAt)> runs =
            from sequence in commands
            from capacity in Gen.Choose(1, 6)
            from resumeAt in Gen.Elements(0.5, 0.75, 1.0)
            select (sequence, capacity, resumeAt);
        Arbitrary<(int[] Commands, int Capacity, double ResumeAt)> arbitrary = Arb.From(runs, Shorten);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(700),
            Prop.ForAll(arbitrary, run => Run(run.Commands, new BoundedQueueOptions<QueueItem>
            {
                Name = "model",
                Capacity = run.Capacity,
                ResumeAt = run.ResumeAt,
                FullMode = mode,
                MaxWeight = maxWeight,
                Weigher = maxWeight is null ? null : static item => item.Weight,
            })));
    }

    private static IEnumerable<(int[] Commands, int Capacity, double ResumeAt)> Shorten((int[] Commands, int Capacity, double ResumeAt) run)
    {
        for (int length = run.Commands.Length / 2; length > 0; length /= 2)
        {
            for (int start = 0; start + length <= run.Commands.Length; start += length)
            {
                yield return ([.. run.Commands[..start], .. run.Commands[(start + length)..]], run.Capacity, run.ResumeAt);
            }
        }
    }

    private static void Run(int[] commands, BoundedQueueOptions<QueueItem> options)
    {
        FakeTimeProvider time = new();
        BoundedQueueModel model = new(options);
        List<(QueueItem, ItemDropReason)> dropped = [];
        options.ItemDropped = (item, reason) => dropped.Add((item, reason));
        using BoundedQueue<QueueItem> queue = new(options, time);
        Dictionary<int, (Func<string?> Poll, CancellationTokenSource Cancel)> pending = [];
        List<string> trace = [];

        for (int operation = 0; operation < commands.Length; operation++)
        {
            int argument = commands[operation] / Kinds;
            QueueItem item = new(operation, options.Weigher is null ? 0 : argument == 7 ? 11 : argument);
            CancellationTokenSource cancel = new();
            switch (commands[operation] % Kinds)
            {
                case 0:
                    trace.Add($"TryEnqueue({item.Id}: {item.Weight})");
                    Assert.Equal(model.TryEnqueue(item), queue.TryEnqueue(item));
                    break;
                case 1:
                    trace.Add($"TryWrite({item.Id}: {item.Weight})");
                    Assert.Equal(model.TryWrite(item), queue.Writer.TryWrite(item));
                    break;
                case 2 or 3:
                    long? timeout = argument % 4 == 3 ? null : argument % 4 * 50;
                    trace.Add($"EnqueueAsync({item.Id}: {item.Weight}, {timeout})");
                    model.EnqueueAsync(operation, item, timeout);
                    pending[operation] = (Poll(queue.EnqueueAsync(item, timeout is null ? null : TimeSpan.FromMilliseconds(timeout.Value), cancel.Token)), cancel);
                    break;
                case 4:
                    trace.Add($"WriteAsync({item.Id}: {item.Weight})");
                    if (options.FullMode == BoundedQueueFullMode.Wait)
                    {
                        model.EnqueueAsync(operation, item, timeout: null);
                        pending[operation] = (Poll(queue.Writer.WriteAsync(item, cancel.Token)), cancel);
                    }

                    break;
                case 5 or 6:
                    trace.Add("TryRead");
                    Assert.Equal(model.TryRead(), queue.Reader.TryRead(out QueueItem? read) ? read : null);
                    break;
                case 7:
                    trace.Add($"TryReadMany({argument})");
                    QueueItem[] many = new QueueItem[argument];
                    int taken = queue.TryReadMany(many);
                    Assert.Equal(model.TryReadMany(argument), many[..taken]);
                    break;
                case 8:
                    trace.Add("ReadAsync");
                    model.ReadAsync(operation);
                    pending[operation] = (Poll(queue.Reader.ReadAsync(cancel.Token)), cancel);
                    break;
                case 9:
                    int size = argument + 1;
                    trace.Add($"ReadManyAsync({size}, {argument % 3 * 50})");
                    model.ReadManyAsync(operation, size, argument % 3 * 50);
                    QueueItem[] buffer = new QueueItem[size];
                    pending[operation] = (PollBatch(queue.ReadManyAsync(buffer, TimeSpan.FromMilliseconds(argument % 3 * 50), cancel.Token), buffer), cancel);
                    break;
                case 10:
                    trace.Add("WaitToReadAsync");
                    model.WaitToReadAsync(operation);
                    pending[operation] = (Poll(queue.Reader.WaitToReadAsync(cancel.Token)), cancel);
                    break;
                case 11:
                    trace.Add("WaitToWriteAsync");
                    model.WaitToWriteAsync(operation);
                    pending[operation] = (Poll(queue.Writer.WaitToWriteAsync(cancel.Token)), cancel);
                    break;
                case 12:
                    if (pending.Count > 0)
                    {
                        int chosen = pending.Keys.Order().ElementAt(argument % pending.Count);
                        trace.Add($"Cancel({chosen})");
                        model.Cancel(chosen);
                        pending[chosen].Cancel.Cancel();
                    }

                    break;
                case 13:
                    trace.Add("Advance(50 ms)");
                    model.Advance(50);
                    time.Pass(TimeSpan.FromMilliseconds(50), step: TimeSpan.FromMilliseconds(10));
                    break;
                default:
                    // Rare, or no run gets far.
                    if (operation % 8 == 7 && argument < 2)
                    {
                        trace.Add(argument == 0 ? "Complete" : "Dispose");
                        (argument == 0 ? (Action)model.Complete : model.Dispose)();
                        (argument == 0 ? (Action)(() => queue.Writer.TryComplete()) : queue.Dispose)();
                    }

                    break;
            }

            AssertAgrees(model, queue, pending, dropped, trace);
        }
    }

    private static void AssertAgrees(
        BoundedQueueModel model,
        BoundedQueue<QueueItem> queue,
        Dictionary<int, (Func<string?> Poll, CancellationTokenSource Cancel)> pending,
        List<(QueueItem, ItemDropReason)> dropped,
        List<string> trace)
    {
        string history = string.Join("; ", trace);
        foreach ((int operation, (Func<string?> poll, _)) in pending.ToArray())
        {
            string? result = poll();
            Assert.True(model.Results.GetValueOrDefault(operation) == result, $"Operation {operation}: model {model.Results.GetValueOrDefault(operation) ?? "waits"}, queue {result ?? "waits"} after {history}");
            if (result is not null)
            {
                pending.Remove(operation);
            }
        }

        BoundedQueueStatistics statistics = queue.GetStatistics();
        Assert.True(model.Count == statistics.CurrentCount, $"Count: model {model.Count}, queue {statistics.CurrentCount} after {history}");
        Assert.True(model.Weight == statistics.CurrentWeight, $"Weight: model {model.Weight}, queue {statistics.CurrentWeight} after {history}");
        Assert.True(model.WaitingWriters == statistics.CurrentWaitingWriters, $"Writers: model {model.WaitingWriters}, queue {statistics.CurrentWaitingWriters} after {history}");
        Assert.True(model.Received == statistics.TotalDequeued, $"Received: model {model.Received}, queue {statistics.TotalDequeued} after {history}");
        Assert.True(model.IsFinished == queue.Reader.Completion.IsCompleted, $"Completion after {history}");
        Assert.Equal(model.Dropped, dropped);
        Assert.Equal(statistics.TotalEnqueued, statistics.TotalDequeued + statistics.CurrentCount + statistics.TotalDisplaced + statistics.TotalDisposed);
    }

    private static Func<string?> Poll<TResult>(ValueTask<TResult> task) => () => task.IsCompleted ? Take(() => $"{task.GetAwaiter().GetResult()}") : null;

    private static Func<string?> Poll(ValueTask task) => () => task.IsCompleted
        ? Take(() =>
        {
            try
            {
                task.GetAwaiter().GetResult();
                return nameof(EnqueueResult.Enqueued);
            }
            catch (ChannelClosedException)
            {
                return nameof(EnqueueResult.Completed);
            }
        })
        : null;

    private static Func<string?> PollBatch(ValueTask<int> task, QueueItem[] buffer) => () => task.IsCompleted
        ? Take(() => string.Join(",", buffer.Take(task.GetAwaiter().GetResult()).ToArray<QueueItem>()))
        : null;

    private static string Take(Func<string> get)
    {
        try
        {
            return get();
        }
        catch (OperationCanceledException)
        {
            return "canceled";
        }
        catch (BoundedQueueFullException)
        {
            return nameof(EnqueueResult.Rejected);
        }
        catch (ChannelClosedException)
        {
            return "closed";
        }
    }
}
