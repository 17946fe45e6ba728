using System.Diagnostics;
using System.Reflection;
using System.Threading.Channels;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>
/// A queue in the place of a bounded channel: after every step of any history both say the same. The framework's own channel is the oracle.
/// </summary>
public sealed class BoundedQueueChannelContractTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<BoundedQueueFullMode, int> Modes
    {
        get
        {
            TheoryData<BoundedQueueFullMode, int> modes = [];
            foreach (int capacity in (int[])[1, 2, 5])
            {
                modes.Add(BoundedQueueFullMode.Wait, capacity);
                modes.Add(BoundedQueueFullMode.DropOldest, capacity);
                modes.Add(BoundedQueueFullMode.DropNewest, capacity);
                modes.Add(BoundedQueueFullMode.DropWrite, capacity);
            }

            return modes;
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void AnyHistory_ThroughTheChannelsView_IsTheChannels(BoundedQueueFullMode mode, int capacity)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            List<int> droppedByQueue = [];
            List<int> droppedByChannel = [];
            using BoundedQueue<int> queue = new(new() { Capacity = capacity, FullMode = mode, ItemDropped = (item, _) => droppedByQueue.Add(item) });
            Channel<int> channel = Channel.CreateBounded<int>(
                new BoundedChannelOptions(capacity) { FullMode = Enum.Parse<BoundedChannelFullMode>(mode.ToString()) },
                droppedByChannel.Add);
            ChannelDriver ours = new(queue);
            ChannelDriver theirs = new(channel);
            Random random = new(seed);
            for (int step = 0; step < 60; step++)
            {
                int act = random.Next(24);
                string mine = ours.Act(act, step);
                string oracle = theirs.Act(act, step);

                Assert.True(oracle == mine, $"seed {seed}, step {step}, act {act}: the channel says '{oracle}', the queue '{mine}'");
            }

            Assert.Equal(droppedByChannel, droppedByQueue);
        }
    }

    // One read must free one parked writer: a reader that takes an item and then waits for what its writer does next would wait for ever.
    [Fact]
    public async Task WriteAsync_ReaderTakesOneAndWaitsForTheWriter_GoesOn()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = 8 });
        Channel<int> answers = Channel.CreateUnbounded<int>();
        for (int i = 0; i < 8; i++)
        {
            Assert.True(queue.Writer.TryWrite(i));
        }

        Task writing = WriteAndAnswerAsync();
        Assert.Equal(0, await queue.Reader.ReadAsync());

        Assert.Equal(8, await answers.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        await writing;

        async Task WriteAndAnswerAsync()
        {
            await queue.Writer.WriteAsync(8);
            answers.Writer.TryWrite(8);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_Released_ContinuesOnTheWritersThreadOnlyWhereAllowed(bool isAllowed)
    {
        using BoundedQueue<int> queue = new(new() { Capacity = 1, AllowSynchronousContinuations = isAllowed });
        using ThreadLocal<bool> isWriting = new();
        Task<bool> reading = ReadAsync();

        isWriting.Value = true;
        queue.TryEnqueue(1);
        bool wasAtOnce = reading.IsCompleted;
        isWriting.Value = false;

        Assert.Equal(isAllowed, await reading.WaitAsync(Patience));
        Assert.True(!isAllowed || wasAtOnce);

        async Task<bool> ReadAsync()
        {
            await queue.Reader.ReadAsync().ConfigureAwait(false);
            return isWriting.Value;
        }
    }

    [Fact]
    public void Reader_CompletedAndDrained_RunsContinuationsOfItsCompletionOnlyWhereAllowed()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = 1, AllowSynchronousContinuations = true });
        bool hasRun = false;
        _ = queue.Reader.Completion.ContinueWith(_ => hasRun = true, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        queue.Writer.Complete();

        Assert.True(hasRun);
    }

    [Fact]
    public void DebuggerView_OfAQueue_ShowsItsItemsInOrder()
    {
        using BoundedQueue<string> queue = new(new() { Name = "orders", Capacity = 3 });
        queue.TryEnqueue("a");
        queue.TryEnqueue("b");
        Type queueType = typeof(BoundedQueue<string>);

        Type view = Type.GetType(queueType.GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName)!.MakeGenericType(typeof(string));
        object shown = Activator.CreateInstance(view, queue)!;

        Assert.Equal(["a", "b"], (string[])view.GetProperty("Items")!.GetValue(shown)!);
        Assert.Contains("{Count}", queueType.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value, StringComparison.Ordinal);
    }

    /// <summary>Acts upon a channel, keeps what waits, and tells the state of everything after each step.</summary>
    private sealed class ChannelDriver(Channel<int> channel)
    {
        private readonly List<Func<string?>> _waiting = [];

        public string Act(int act, int item)
        {
            string result = act switch
            {
                < 5 => $"TryWrite {channel.Writer.TryWrite(item)}",
                < 10 => Keep(channel.Writer.WriteAsync(item)),
                < 14 => channel.Reader.TryRead(out int read) ? $"TryRead {read}" : "TryRead nothing",
                < 17 => Keep(channel.Reader.ReadAsync()),
                17 => Keep(channel.Reader.WaitToReadAsync()),
                < 20 => Keep(channel.Writer.WaitToWriteAsync()),
                20 => channel.Reader.TryPeek(out int peeked) ? $"TryPeek {peeked}" : "TryPeek nothing",
                21 => Keep(channel.Writer.WriteAsync(item, new CancellationToken(canceled: true))),
                22 => item < 50 ? "later" : $"TryComplete {channel.Writer.TryComplete(new FormatException())}",
                _ => item < 40 ? "later" : $"TryComplete {channel.Writer.TryComplete()}",
            };
            return $"{result}, count {channel.Reader.Count}, completion {channel.Reader.Completion.Status}, waiting {string.Join(';', _waiting.ConvertAll(static state => state()))}";
        }

        private string Keep<T>(ValueTask<T> task) => Keep(() => task.IsCompleted, () => $"{task.GetAwaiter().GetResult()}");

        private string Keep(ValueTask task) => Keep(
            () => task.IsCompleted,
            () =>
            {
                task.GetAwaiter().GetResult();
                return "written";
            });

        private string Keep(Func<bool> isCompleted, Func<string> getResult)
        {
            string? result = null;
            _waiting.Add(() => result ??= isCompleted() ? Describe(getResult) : null);
            return "began";
        }

        private static string Describe(Func<string> getResult)
        {
            try
            {
                return getResult();
            }
            catch (Exception exception)
            {
                return exception.GetType().Name;
            }
        }
    }
}
