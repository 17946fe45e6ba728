using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Queues;

public sealed class BoundedQueueTests
{
    private readonly TimerCountingTimeProvider _time = new();
    private readonly List<(int Item, ItemDropReason Reason)> _dropped = [];

    [Theory]
    [InlineData(nameof(BoundedQueueOptions.Capacity), 0, 1L, 0.75, 0)]
    [InlineData(nameof(BoundedQueueOptions.MaxWeight), 1, 0L, 0.75, 0)]
    [InlineData(nameof(BoundedQueueOptions.ResumeAt), 1, 1L, 0.0, 0)]
    [InlineData(nameof(BoundedQueueOptions.ResumeAt), 1, 1L, 1.01, 0)]
    [InlineData(nameof(BoundedQueueOptions.ResumeAt), 1, 1L, double.NaN, 0)]
    [InlineData(nameof(BoundedQueueOptions.WaitTimeout), 1, 1L, 0.75, -2)]
    public void Constructor_OptionOutOfRange_ThrowsAndNamesIt(string option, int capacity, long maxWeight, double resumeAt, int waitMilliseconds)
    {
        BoundedQueueOptions<int> options = new()
        {
            Name = "orders",
            Capacity = capacity,
            MaxWeight = maxWeight,
            Weigher = static _ => 1,
            ResumeAt = resumeAt,
            WaitTimeout = TimeSpan.FromMilliseconds(waitMilliseconds),
        };

        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new BoundedQueue<int>(options));

        Assert.Equal(option, thrown.ParamName);
        Assert.Contains("orders", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_MaxWeightWithoutWeigher_Throws() =>
        Assert.Throws<ArgumentException>(() => new BoundedQueue<int>(new BoundedQueueOptions<int> { Capacity = 1, MaxWeight = 1 }));

    [Fact]
    public void TryEnqueue_DropOldestAndHeavyItem_DropsAsManyAsItNeeds()
    {
        using BoundedQueue<int> queue = Create(10, BoundedQueueFullMode.DropOldest, maxWeight: 10);
        queue.TryEnqueue(3);
        queue.TryEnqueue(4);
        queue.TryEnqueue(2);

        EnqueueResult result = queue.TryEnqueue(8);

        Assert.Equal(EnqueueResult.EnqueuedAfterDrop, result);
        Assert.Equal([(3, ItemDropReason.Displaced), (4, ItemDropReason.Displaced)], _dropped);
        Assert.Equal(10, queue.GetStatistics().CurrentWeight);
    }

    [Theory]
    [InlineData(BoundedQueueFullMode.Wait)]
    [InlineData(BoundedQueueFullMode.DropOldest)]
    [InlineData(BoundedQueueFullMode.DropNewest)]
    [InlineData(BoundedQueueFullMode.DropWrite)]
    [InlineData(BoundedQueueFullMode.Reject)]
    public async Task EnqueueAsync_HeavierThanTheQueueMayBe_IsRejectedAndDropsNothing(BoundedQueueFullMode mode)
    {
        using BoundedQueue<int> queue = Create(10, mode, maxWeight: 10);
        queue.TryEnqueue(1);

        EnqueueResult result = await queue.EnqueueAsync(11);

        Assert.Equal(EnqueueResult.Rejected, result);
        Assert.Empty(_dropped);
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void TryWrite_RejectAndFull_IsFalseAndTheCallerKeepsTheItem()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.Reject);
        queue.TryEnqueue(1);

        bool isStored = queue.Writer.TryWrite(2);

        Assert.False(isStored);
        Assert.Empty(_dropped);
    }

    [Fact]
    public void TryEnqueue_DropWriteAndFull_GivesTheNewItemToTheCallback()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.DropWrite);
        queue.TryEnqueue(1);

        EnqueueResult result = queue.TryEnqueue(2);
        bool isWritten = queue.Writer.TryWrite(3);

        Assert.Equal((EnqueueResult.Dropped, true), (result, isWritten));
        Assert.Equal([(2, ItemDropReason.NoRoom), (3, ItemDropReason.NoRoom)], _dropped);
        Assert.Equal(2, queue.GetStatistics().TotalDroppedWrites);
    }

    [Fact]
    public void TryEnqueue_DropNewestAndFull_DisplacesTheNewestQueuedAndKeepsTheAccount()
    {
        using BoundedQueue<int> queue = Create(3, BoundedQueueFullMode.DropNewest, maxWeight: 10);
        queue.TryEnqueue(1);
        queue.TryEnqueue(2);
        queue.TryEnqueue(3);

        EnqueueResult light = queue.TryEnqueue(4);
        EnqueueResult heavy = queue.TryEnqueue(9);

        Assert.Equal((EnqueueResult.EnqueuedAfterDrop, EnqueueResult.EnqueuedAfterDrop), (light, heavy));
        Assert.Equal([(3, ItemDropReason.Displaced), (4, ItemDropReason.Displaced), (2, ItemDropReason.Displaced)], _dropped);
        Assert.Equal([1, 9], queue.ToArray());
        BoundedQueueStatistics statistics = queue.GetStatistics();
        Assert.Equal((5L, 0L, 3L, 10L), (statistics.TotalEnqueued, statistics.TotalDequeued, statistics.TotalDisplaced, statistics.CurrentWeight));
    }

    [Fact]
    public async Task WriteAsync_RejectAndFull_Throws()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.Reject);
        queue.TryEnqueue(1);

        await Assert.ThrowsAsync<BoundedQueueFullException>(async () => await queue.Writer.WriteAsync(2));
    }

    [Fact]
    public async Task WriteAsync_NoRoomBeforeTheTimeout_ThrowsTimeout()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.Wait, waitTimeout: TimeSpan.FromSeconds(1));
        queue.TryEnqueue(1);

        ValueTask write = queue.Writer.WriteAsync(2);
        _time.Advance(TimeSpan.FromMilliseconds(990));
        Assert.False(write.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(20));

        await Assert.ThrowsAsync<TimeoutException>(async () => await write);
        Assert.Equal(1, queue.GetStatistics().TotalTimedOut);
    }

    [Fact]
    public async Task WriteAsync_CompletedWhileWaiting_ThrowsClosedWithTheReason()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.Wait);
        queue.TryEnqueue(1);
        ValueTask write = queue.Writer.WriteAsync(2);

        queue.Writer.TryComplete(new InvalidDataException("cause"));

        ChannelClosedException thrown = await Assert.ThrowsAsync<ChannelClosedException>(async () => await write);
        Assert.IsType<InvalidDataException>(thrown.InnerException);
    }

    [Fact]
    public async Task Reader_CompletedWithAnError_DeliversWhatIsLeftAndThenTheError()
    {
        using BoundedQueue<int> queue = Create(2, BoundedQueueFullMode.Wait);
        queue.TryEnqueue(1);
        queue.Writer.TryComplete(new InvalidDataException("cause"));

        Assert.False(queue.Reader.Completion.IsCompleted);
        Assert.Equal(1, await queue.Reader.ReadAsync());

        await Assert.ThrowsAsync<InvalidDataException>(() => queue.Reader.Completion);
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await queue.Reader.ReadAsync());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await queue.Reader.WaitToReadAsync());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await queue.ReadManyAsync(new int[1], TimeSpan.Zero));
        Assert.Equal(EnqueueResult.Completed, queue.TryEnqueue(2));
    }

    [Fact]
    public async Task ReadAllAsync_ThroughTheChannelView_DeliversEverythingInOrder()
    {
        using BoundedQueue<int> queue = Create(4, BoundedQueueFullMode.Wait);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await queue.Writer.WriteAsync(i);
            }

            queue.Writer.Complete();
        });

        List<int> read = [];
        await foreach (int item in queue.Reader.ReadAllAsync())
        {
            read.Add(item);
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, 1000), read);
        Assert.True(queue.Reader.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void EnqueueAsync_QueueDrains_ResumesAtTheLevelNotAtTheFirstFreeSlot()
    {
        using BoundedQueue<int> queue = Create(8, BoundedQueueFullMode.Wait, resumeAt: 0.5);
        Fill(queue, 8);
        ValueTask<EnqueueResult> waiting = queue.EnqueueAsync(9);

        for (int i = 0; i < 3; i++)
        {
            queue.Reader.TryRead(out _);
        }

        Assert.False(waiting.IsCompleted);
        queue.Reader.TryRead(out _);
        Assert.True(waiting.IsCompletedSuccessfully);
    }

    [Fact]
    public void EnqueueAsync_HeavyItemWaits_LightOnesBehindItDoNotOvertake()
    {
        using BoundedQueue<int> queue = Create(100, BoundedQueueFullMode.Wait, maxWeight: 10, resumeAt: 1);
        queue.TryEnqueue(5);
        queue.TryEnqueue(4);
        ValueTask<EnqueueResult> heavy = queue.EnqueueAsync(8);
        ValueTask<EnqueueResult> light = queue.EnqueueAsync(1);

        Assert.Equal(EnqueueResult.Rejected, queue.TryEnqueue(1));
        queue.Reader.TryRead(out _);
        Assert.False(heavy.IsCompleted || light.IsCompleted);

        queue.Reader.TryRead(out _);
        Assert.True(heavy.IsCompletedSuccessfully && light.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task EnqueueAsync_HeavyItemAtTheHeadIsCancelled_TheNextOneGoesIn()
    {
        using BoundedQueue<int> queue = Create(100, BoundedQueueFullMode.Wait, maxWeight: 10, resumeAt: 1);
        queue.TryEnqueue(5);
        using CancellationTokenSource cancel = new();
        ValueTask<EnqueueResult> heavy = queue.EnqueueAsync(8, cancellationToken: cancel.Token);
        ValueTask<EnqueueResult> light = queue.EnqueueAsync(1);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await heavy);
        Assert.True(light.IsCompletedSuccessfully);
    }

    [Fact]
    public void WaitToWriteAsync_ItemWasTooHeavyForTheRoom_WaitsUntilItFits()
    {
        using BoundedQueue<int> queue = Create(100, BoundedQueueFullMode.Reject, maxWeight: 10, resumeAt: 1);
        queue.TryEnqueue(3);
        queue.TryEnqueue(4);

        Assert.False(queue.Writer.TryWrite(8));
        ValueTask<bool> room = queue.Writer.WaitToWriteAsync();

        Assert.False(room.IsCompleted);
        queue.Reader.TryRead(out _);
        Assert.False(room.IsCompleted);
        queue.Reader.TryRead(out _);
        Assert.True(room.IsCompletedSuccessfully);
    }

    [Fact]
    public void WaitToWriteAsync_HeavyItemsAreDisplacedByALightOne_HearsOfTheRoom()
    {
        using BoundedQueue<int> queue = Create(100, BoundedQueueFullMode.DropOldest, maxWeight: 10);
        queue.TryEnqueue(4);
        queue.TryEnqueue(6);
        Assert.False(queue.Writer.TryWrite(11));
        ValueTask<bool> room = queue.Writer.WaitToWriteAsync();
        Assert.False(room.IsCompleted);

        Assert.Equal(EnqueueResult.EnqueuedAfterDrop, queue.TryEnqueue(5));

        Assert.True(room.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task WaitToWriteAsync_LoopWithAnItemThatNeverFits_PausesBetweenItsAttempts()
    {
        using BoundedQueue<int> queue = Create(100, BoundedQueueFullMode.Wait, maxWeight: 10);
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            Assert.False(queue.Writer.TryWrite(11));
            ValueTask<bool> room = queue.Writer.WaitToWriteAsync();

            Assert.False(room.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(20));
            Assert.True(await room);
            Assert.Equal(attempt, queue.GetStatistics().TotalRejected);
        }

        Assert.True(queue.Writer.TryWrite(10));
    }

    [Fact]
    public void WaitToWriteAsync_AfterTryEnqueueOfAnItemThatNeverFits_AnswersAtOnce()
    {
        using BoundedQueue<int> queue = Create(100, BoundedQueueFullMode.Wait, maxWeight: 10);

        Assert.Equal(EnqueueResult.Rejected, queue.TryEnqueue(11));

        ValueTask<bool> room = queue.Writer.WaitToWriteAsync();
        Assert.True(room.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task ReadAsync_CancelledBeforeAnItem_LeavesTheItemToTheNextReader()
    {
        using BoundedQueue<int> queue = Create(4, BoundedQueueFullMode.Wait);
        using CancellationTokenSource cancel = new();
        ValueTask<int> first = queue.Reader.ReadAsync(cancel.Token);
        ValueTask<int> second = queue.Reader.ReadAsync();

        await cancel.CancelAsync();
        queue.TryEnqueue(7);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await first);
        Assert.Equal(7, await second);
    }

    [Fact]
    public async Task ReadAsync_CancelledAfterTheItemCame_StillDeliversIt()
    {
        using BoundedQueue<int> queue = Create(4, BoundedQueueFullMode.Wait);
        using CancellationTokenSource cancel = new();
        ValueTask<int> read = queue.Reader.ReadAsync(cancel.Token);

        queue.TryEnqueue(7);
        await cancel.CancelAsync();

        Assert.Equal(7, await read);
    }

    [Fact]
    public async Task ReadManyAsync_TimePassesAfterTheFirstItem_GivesAShortBatch()
    {
        using BoundedQueue<int> queue = Create(4, BoundedQueueFullMode.Wait);
        int[] batch = new int[10];
        ValueTask<int> reading = queue.ReadManyAsync(batch, TimeSpan.FromMilliseconds(100));

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(reading.IsCompleted);
        queue.TryEnqueue(1);
        queue.TryEnqueue(2);
        _time.Advance(TimeSpan.FromMilliseconds(90));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(2, await reading);
        Assert.Equal([1, 2], batch[..2]);
    }

    [Fact]
    public async Task ReadManyAsync_BatchLargerThanTheQueue_FillsWithoutStallingWriters()
    {
        using BoundedQueue<int> queue = Create(2, BoundedQueueFullMode.Wait);
        int[] batch = new int[10];
        ValueTask<int> reading = queue.ReadManyAsync(batch, Timeout.InfiniteTimeSpan);

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(EnqueueResult.Enqueued, await queue.EnqueueAsync(i, TimeSpan.Zero));
        }

        Assert.Equal(10, await reading);
    }

    [Fact]
    public async Task ReadManyAsync_CancelledWithItemsInHand_ReturnsThem()
    {
        using BoundedQueue<int> queue = Create(4, BoundedQueueFullMode.Wait);
        using CancellationTokenSource cancel = new();
        int[] batch = new int[3];
        ValueTask<int> reading = queue.ReadManyAsync(batch, Timeout.InfiniteTimeSpan, cancel.Token);
        queue.TryEnqueue(5);

        await cancel.CancelAsync();

        Assert.Equal(1, await reading);
        Assert.Equal(5, batch[0]);
    }

    [Fact]
    public async Task Dispose_ItemsAndWritersLeft_ItemsReachTheCallbackAndWritersKeepTheirs()
    {
        BoundedQueue<int> queue = Create(2, BoundedQueueFullMode.Wait);
        Fill(queue, 2);
        ValueTask<EnqueueResult> waiting = queue.EnqueueAsync(9);

        queue.Dispose();

        Assert.Equal(EnqueueResult.Completed, await waiting);
        Assert.Equal([(0, ItemDropReason.Disposed), (1, ItemDropReason.Disposed)], _dropped);
        Assert.True(queue.Reader.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void ItemDropped_UsesTheQueueFromAnotherThread_IsNotUnderTheLock()
    {
        BoundedQueue<int>? queue = null;
        List<bool> isFree = [];
        BoundedQueueOptions<int> options = new()
        {
            Name = "callback",
            Capacity = 1,
            FullMode = BoundedQueueFullMode.DropOldest,
            // A lock held here would be held against the other thread too.
            ItemDropped = (_, _) => isFree.Add(Task.Run(() => queue!.Count).Wait(TimeSpan.FromSeconds(10))),
        };
        using (queue = new BoundedQueue<int>(options))
        {
            queue.TryEnqueue(1);
            queue.TryEnqueue(2);
        }

        // Displaced, then disposed.
        Assert.Equal([true, true], isFree);
    }

    [Fact]
    public void ItemDropped_Throws_IsContainedAndCounted()
    {
        BoundedQueueOptions<int> options = new()
        {
            Capacity = 1,
            FullMode = BoundedQueueFullMode.DropOldest,
            ItemDropped = static (_, _) => throw new InvalidOperationException(),
        };
        using BoundedQueue<int> queue = new(options);
        queue.TryEnqueue(1);

        EnqueueResult result = queue.TryEnqueue(2);

        Assert.Equal(EnqueueResult.EnqueuedAfterDrop, result);
        Assert.Equal(1, queue.GetStatistics().TotalCallbackErrors);
    }

    [Fact]
    public void Weigher_ThrowsOrIsNegative_ReachesTheWriterAndLeavesTheQueueIntact()
    {
        BoundedQueueOptions<int> options = new()
        {
            Capacity = 10,
            MaxWeight = 10,
            Weigher = static item => item == 0 ? throw new InvalidDataException() : item,
        };
        using BoundedQueue<int> queue = new(options);

        Assert.Throws<InvalidDataException>(() => queue.TryEnqueue(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryEnqueue(-1));

        Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(10));
        Assert.Equal(1, queue.GetStatistics().TotalEnqueued);
    }

    [Fact]
    public async Task Await_TheSameTaskTwice_ThrowsAndDisturbsNobody()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.Wait);
        ValueTask<int> read = queue.Reader.ReadAsync();
        queue.TryEnqueue(1);
        Assert.Equal(1, await read);
        ValueTask<int> next = queue.Reader.ReadAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await read);
        queue.TryEnqueue(2);

        Assert.Equal(2, await next);
    }

    [Fact]
    public void GetStatistics_ItemsOfSeveralAges_TellsTheOldest()
    {
        using BoundedQueue<int> queue = Create(10, BoundedQueueFullMode.Wait);
        Assert.Null(queue.GetStatistics().OldestAge);
        queue.TryEnqueue(1);
        _time.Pass(TimeSpan.FromSeconds(30), step: TimeSpan.FromSeconds(1));
        queue.TryEnqueue(2);
        _time.Pass(TimeSpan.FromSeconds(30), step: TimeSpan.FromSeconds(1));

        Assert.InRange(queue.GetStatistics().OldestAge!.Value.TotalSeconds, 59, 60);
        queue.Reader.TryRead(out _);
        Assert.InRange(queue.GetStatistics().OldestAge!.Value.TotalSeconds, 29, 30);
        queue.Reader.TryRead(out _);
        Assert.Null(queue.GetStatistics().OldestAge);
    }

    [Fact]
    public void GetStatistics_SteadyFlowForHours_KeepsTheOldestAgeRight()
    {
        using BoundedQueue<int> queue = Create(100_000, BoundedQueueFullMode.Wait);
        for (int second = 0; second < 20_000; second++)
        {
            queue.TryEnqueue(second);
            _time.Step(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(queue.GetStatistics().OldestAge!.Value.TotalSeconds, 19_998, 20_000);
    }

    [Fact]
    public void Ticks_QueueIsIdle_End()
    {
        using BoundedQueue<int> queue = Create(10, BoundedQueueFullMode.Wait);
        queue.TryEnqueue(1);
        queue.Reader.TryRead(out _);

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, _time.ActiveTimerCount);
    }

    [Fact]
    public void GetStatistics_AWriterWaited_CountsTheWaitAndItsTime()
    {
        using BoundedQueue<int> queue = Create(1, BoundedQueueFullMode.Wait);
        queue.TryEnqueue(1);
        ValueTask<EnqueueResult> waiting = queue.EnqueueAsync(2);
        _time.Advance(TimeSpan.FromSeconds(3));
        queue.Reader.TryRead(out _);

        BoundedQueueStatistics statistics = queue.GetStatistics();

        Assert.True(waiting.IsCompletedSuccessfully);
        Assert.Equal(1, statistics.TotalWaits);
        Assert.Equal(TimeSpan.FromSeconds(3), statistics.TotalWaitTime);
    }

    [Fact]
    public void GetUsage_InTheRegistry_ShowsBothBoundsUntilTheQueueIsForgotten()
    {
        string name = $"registry-{Guid.NewGuid()}";
        CreateAndCheck(name);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.DoesNotContain(BoundedStructures.GetUsage(), usage => usage.Name == name);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CreateAndCheck(string name)
    {
        BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = name, Capacity = 7, MaxWeight = 70, Weigher = static item => item });
        queue.TryEnqueue(3);

        BoundedStructureUsage usage = Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name);

        Assert.Equal((StructureKind.Queue, 1L, 7L, 3L, 70L), (usage.Kind, usage.Count, usage.Capacity, usage.Weight, usage.MaxWeight));
    }

    private static void Fill(BoundedQueue<int> queue, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(i));
        }
    }

    private BoundedQueue<int> Create(int capacity, BoundedQueueFullMode mode, long? maxWeight = null, double resumeAt = 1, TimeSpan? waitTimeout = null) =>
        new(
            new BoundedQueueOptions<int>
            {
                Name = "test",
                Capacity = capacity,
                FullMode = mode,
                MaxWeight = maxWeight,
                Weigher = maxWeight is null ? null : static item => item,
                ResumeAt = resumeAt,
                WaitTimeout = waitTimeout ?? Timeout.InfiniteTimeSpan,
                ItemDropped = (item, reason) => _dropped.Add((item, reason)),
            },
            _time);
}
