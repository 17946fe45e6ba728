using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>Exact bounds, counters, and what the exceptions say.</summary>
public sealed class BoundedQueueResultsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<(int Item, ItemDropReason Reason)> _dropped = [];

    [Fact]
    public void Options_NothingSet_AreTheDocumentedDefaults()
    {
        BoundedQueueOptions<int> options = new();

        Assert.Equal(("queue", 0, null), (options.Name, options.Capacity, options.MaxWeight));
        Assert.Equal((BoundedQueueFullMode.Wait, Timeout.InfiniteTimeSpan), (options.FullMode, options.WaitTimeout));
        Assert.Equal((1.0, false), (options.ResumeAt, options.AllowSynchronousContinuations));
        Assert.Null(options.Weigher);
        Assert.Null(options.ItemDropped);
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(static () => new BoundedQueue<int>(null!)).ParamName);
    }

    [Fact]
    public void GetStatistics_NewQueue_IsAllZero()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Reject);

        Assert.Equal(new BoundedQueueStatistics(), queue.GetStatistics());
        Assert.Equal(("orders", 3, 0), (queue.Name, queue.Capacity, queue.Count));
    }

    [Fact]
    public void TryEnqueue_ExactlyToBothBounds_FitsAndNotOneMore()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Reject);

        Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(4));
        Assert.Equal((1, 4L), (queue.GetStatistics().HighWaterCount, queue.GetStatistics().HighWaterWeight));
        Assert.Equal(EnqueueResult.Rejected, queue.TryEnqueue(7));
        Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(6));
        Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(0));
        Assert.Equal(EnqueueResult.Rejected, queue.TryEnqueue(0));
        Assert.True(queue.Reader.TryRead(out _));

        BoundedQueueStatistics statistics = queue.GetStatistics();
        Assert.Equal((2, 6L), (statistics.CurrentCount, statistics.CurrentWeight));
        Assert.Equal((3, 10L), (statistics.HighWaterCount, statistics.HighWaterWeight));
        Assert.Equal((3L, 1L, 2L), (statistics.TotalEnqueued, statistics.TotalDequeued, statistics.TotalRejected));
    }

    [Theory]
    [InlineData(BoundedQueueFullMode.DropOldest, EnqueueResult.EnqueuedAfterDrop, "2 3 4")]
    [InlineData(BoundedQueueFullMode.DropNewest, EnqueueResult.EnqueuedAfterDrop, "1 2 4")]
    [InlineData(BoundedQueueFullMode.DropWrite, EnqueueResult.Dropped, "1 2 3")]
    [InlineData(BoundedQueueFullMode.Reject, EnqueueResult.Rejected, "1 2 3")]
    [InlineData(BoundedQueueFullMode.Wait, EnqueueResult.Rejected, "1 2 3")]
    public void TryEnqueue_Full_EachModeLosesAnother(BoundedQueueFullMode mode, EnqueueResult expected, string left)
    {
        using BoundedQueue<int> queue = Create(mode);
        queue.TryEnqueue(1);
        queue.TryEnqueue(2);
        queue.TryEnqueue(3);

        Assert.Equal(expected, queue.TryEnqueue(4));

        BoundedQueueStatistics statistics = queue.GetStatistics();
        int[] items = new int[5];
        int taken = queue.TryReadMany(items);
        Assert.Equal(left, string.Join(' ', items.Take(taken)));
        Assert.Equal(expected == EnqueueResult.EnqueuedAfterDrop ? 1 : 0, statistics.TotalDisplaced);
        Assert.Equal(expected == EnqueueResult.Dropped ? 1 : 0, statistics.TotalDroppedWrites);
        Assert.Equal(expected == EnqueueResult.Rejected ? 1 : 0, statistics.TotalRejected);
        Assert.Equal(left.Split(' ').Sum(int.Parse), (int)statistics.CurrentWeight);
    }

    [Fact]
    public void GetUsage_ItemsLostInEveryWay_AreSummed()
    {
        using BoundedQueue<int> queue = new(new() { Name = "plain", Capacity = 2, FullMode = BoundedQueueFullMode.DropOldest }, _time);
        queue.TryEnqueue(1);
        queue.TryEnqueue(2);
        queue.TryEnqueue(3);
        BoundedStructureUsage before = ((IBoundedStructure)queue).GetUsage();
        queue.Dispose();
        BoundedStructureUsage after = ((IBoundedStructure)queue).GetUsage();

        Assert.Equal(
            new BoundedStructureUsage { Name = "plain", Kind = StructureKind.Queue, Count = 2, Capacity = 2, TotalEvictions = 1, TotalRefusals = 0, OldestAge = TimeSpan.Zero }, before);
        Assert.Equal((0L, 3L, null), (after.Count, after.TotalEvictions!.Value, after.OldestAge));
    }

    [Fact]
    public async Task GetUsage_RefusedAndTimedOut_AreSummed()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Wait);
        queue.TryEnqueue(9);
        queue.TryEnqueue(2);
        queue.TryEnqueue(11);

        Assert.Equal(EnqueueResult.TimedOut, await queue.EnqueueAsync(3, TimeSpan.Zero));
        Assert.Equal(EnqueueResult.Rejected, await queue.EnqueueAsync(11));

        BoundedStructureUsage usage = ((IBoundedStructure)queue).GetUsage();
        Assert.Equal((4L, 0L, 9L, 10L), (usage.TotalRefusals!.Value, usage.TotalEvictions!.Value, usage.Weight!.Value, usage.MaxWeight!.Value));
        Assert.Equal((3L, 1L), (queue.GetStatistics().TotalRejected, queue.GetStatistics().TotalTimedOut));
    }

    [Fact]
    public async Task WriteAsync_NotStored_SaysWhyAndWhere()
    {
        using BoundedQueue<int> rejecting = Create(BoundedQueueFullMode.Reject);
        using BoundedQueue<int> waiting = Create(BoundedQueueFullMode.Wait, TimeSpan.Zero);
        rejecting.TryEnqueue(10);
        waiting.TryEnqueue(10);

        BoundedQueueFullException full = await Assert.ThrowsAsync<BoundedQueueFullException>(async () => await rejecting.Writer.WriteAsync(1));
        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(async () => await waiting.Writer.WriteAsync(1));
        BoundedQueueFullException heavy = await Assert.ThrowsAsync<BoundedQueueFullException>(async () => await waiting.Writer.WriteAsync(11));
        waiting.Writer.Complete();

        Assert.Equal("Queue 'orders' has no room for the item.", full.Message);
        Assert.Equal("Queue 'orders' had no room for the item before the timeout.", late.Message);
        Assert.Equal("Queue 'orders' has no room for the item.", heavy.Message);
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await waiting.Writer.WriteAsync(1));
        Assert.Equal(1, waiting.GetStatistics().TotalRefusedByCompletion);
    }

    [Fact]
    public void FullException_EachConstructor_KeepsWhatItIsGiven()
    {
        InvalidDataException cause = new();

        Assert.Equal("The queue has no room for the item.", new BoundedQueueFullException().Message);
        Assert.Equal("said", new BoundedQueueFullException("said").Message);
        Assert.Equal(("said", cause), (new BoundedQueueFullException("said", cause).Message, new BoundedQueueFullException("said", cause).InnerException));
    }

    [Fact]
    public async Task AnyWrite_WeigherIsNegative_SaysWhatItReturned()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Wait);

        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryEnqueue(-1));
        Assert.Equal("item", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await queue.EnqueueAsync(-1))).ParamName);

        Assert.Equal(("item", -1L), (refused.ParamName, refused.ActualValue));
        Assert.StartsWith("The weigher of queue 'orders' must return zero or more.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnqueueAsync_NegativeTimeout_IsRefusedWithItsRange()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Wait);

        ArgumentOutOfRangeException refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await queue.EnqueueAsync(1, TimeSpan.FromTicks(-1)));

        Assert.Equal("timeout", refused.ParamName);
        Assert.StartsWith("The timeout must be zero, positive or infinite.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(EnqueueResult.Enqueued, await queue.EnqueueAsync(1, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task AnyOperation_TokenIsCancelledAlready_IsCancelledAndLeavesTheItems()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Wait);
        queue.TryEnqueue(5);
        CancellationToken cancelled = new(canceled: true);
        Task[] operations =
        [
            queue.EnqueueAsync(1, null, cancelled).AsTask(),
            queue.ReadManyAsync(new int[1], TimeSpan.Zero, cancelled).AsTask(),
            queue.Writer.WriteAsync(1, cancelled).AsTask(),
            queue.Writer.WaitToWriteAsync(cancelled).AsTask(),
            queue.Reader.ReadAsync(cancelled).AsTask(),
            queue.Reader.WaitToReadAsync(cancelled).AsTask(),
        ];

        foreach (Task operation in operations)
        {
            Assert.Equal(cancelled, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation)).CancellationToken);
        }

        Assert.Equal((1, 1L), (queue.Count, queue.GetStatistics().TotalEnqueued));
    }

    [Fact]
    public void Dispose_Twice_GivesEachItemToTheCallbackOnceInOrder()
    {
        BoundedQueue<int> queue = Create(BoundedQueueFullMode.DropWrite);
        queue.TryEnqueue(1);
        queue.TryEnqueue(2);
        queue.TryEnqueue(3);
        queue.TryEnqueue(4);

        queue.Dispose();
        queue.Dispose();

        Assert.Equal([(4, ItemDropReason.NoRoom), (1, ItemDropReason.Disposed), (2, ItemDropReason.Disposed), (3, ItemDropReason.Disposed)], _dropped);
        Assert.Equal(EnqueueResult.Completed, queue.TryEnqueue(5));
        Assert.Equal((3L, 1L, 1L), (queue.GetStatistics().TotalDisposed, queue.GetStatistics().TotalDroppedWrites, queue.GetStatistics().TotalRefusedByCompletion));
        Assert.True(queue.Reader.Completion.IsCompletedSuccessfully);
        Assert.False(queue.Writer.TryComplete());
    }

    [Fact]
    public void TryPeek_ItemOrNone_TakesNothing()
    {
        using BoundedQueue<int> queue = Create(BoundedQueueFullMode.Wait);
        Assert.False(queue.Reader.TryPeek(out int none));
        queue.TryEnqueue(5);
        queue.TryEnqueue(3);

        Assert.True(queue.Reader.TryPeek(out int first));

        Assert.Equal((0, 5, 2), (none, first, queue.Reader.Count));
        Assert.True(queue.Reader.CanPeek && queue.Reader.CanCount);
    }

    private BoundedQueue<int> Create(BoundedQueueFullMode mode, TimeSpan? waitTimeout = null) => new(
        new()
        {
            Name = "orders",
            Capacity = 3,
            MaxWeight = 10,
            Weigher = static item => item,
            FullMode = mode,
            WaitTimeout = waitTimeout ?? Timeout.InfiniteTimeSpan,
            ItemDropped = (item, reason) => _dropped.Add((item, reason)),
        },
        _time);
}
