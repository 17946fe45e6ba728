using System.Buffers;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>The clock is the user's: it is never asked while the queue is locked, and nobody waits for it who need not.</summary>
public sealed class BoundedQueueClockTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task AnyOperation_ClockThatUsesTheQueue_IsNotHeldUp()
    {
        UsingTimeProvider time = new();
        // Not disposed of on failure: that would wait for the lock, too.
        BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = "clock", Capacity = 1, MaxWeight = 10, Weigher = static weight => weight, FullMode = BoundedQueueFullMode.Wait }, time);
        time.Queue = queue;

        // On a thread of its own: an operation that asks under the lock never comes back.
        await Task.Run(async () =>
        {
            ValueTask<int> batch = queue.ReadManyAsync(new int[2], Long);
            Assert.True(queue.Writer.TryWrite(1));
            Assert.True(queue.Writer.TryWrite(2));
            Assert.Equal(2, await batch);

            await queue.EnqueueAsync(3);
            ValueTask<EnqueueResult> parked = queue.EnqueueAsync(4, Long);
            ValueTask<EnqueueResult> unlimited = queue.EnqueueAsync(5, Timeout.InfiniteTimeSpan);
            Assert.True(queue.Reader.TryRead(out _));
            Assert.Equal(EnqueueResult.Enqueued, await parked);
            Assert.True(queue.Reader.TryRead(out _));
            Assert.Equal(EnqueueResult.Enqueued, await unlimited);
            Assert.True(queue.Reader.TryRead(out _));

            Assert.False(queue.Writer.TryWrite(11));
            ValueTask<bool> pause = queue.Writer.WaitToWriteAsync();
            Assert.Equal(3, queue.GetStatistics().TotalWaits + queue.GetStatistics().TotalRejected);
            queue.Writer.Complete();
            Assert.False(await pause);
        }).WaitAsync(Long);

        Assert.True(time.Asked > 0);
        queue.Dispose();
    }

    [Fact]
    public async Task ReadManyAsync_NoTimeForCompany_TakesTheFirstItemAtOnce()
    {
        FakeTimeProvider time = new();
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = "clock", Capacity = 4 }, time);
        int[] batch = new int[3];
        ValueTask<int> reading = queue.ReadManyAsync(batch, TimeSpan.Zero);

        queue.TryEnqueue(7);

        Assert.Equal(1, await reading.AsTask().WaitAsync(Long));
        Assert.Equal(7, batch[0]);
    }

    [Theory]
    [InlineData(BoundedQueueFullMode.DropOldest, 2, 1.0, 2)]
    [InlineData(BoundedQueueFullMode.Wait, 8, 0.5, 6)]
    public async Task WaitToWriteAsync_AfterAnItemThatNeverFits_EndsItsPauseWhateverIsQueued(BoundedQueueFullMode mode, int capacity, double resumeAt, int queued)
    {
        FakeTimeProvider time = new();
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = "clock", Capacity = capacity, ResumeAt = resumeAt, MaxWeight = 10, Weigher = static weight => weight, FullMode = mode }, time);
        for (int i = 0; i < queued; i++)
        {
            queue.TryEnqueue(1);
        }

        Assert.False(queue.Writer.TryWrite(11));
        ValueTask<bool> pause = queue.Writer.WaitToWriteAsync();
        Assert.False(pause.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(20));

        Assert.True(await pause.AsTask().WaitAsync(Long));
    }

    // The user's memory manager is asked neither under the lock nor by the writer.
    [Fact]
    public async Task ReadManyAsync_MemoryWithAManager_IsUsedByTheReaderAlone()
    {
        BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = "clock", Capacity = 4 });
        UsingMemoryManager manager = new(queue);
        await Task.Run(async () =>
        {
            ValueTask<int> parked = queue.ReadManyAsync(manager.Memory, Timeout.InfiniteTimeSpan);
            queue.TryEnqueue(1);
            queue.TryEnqueue(2);
            Assert.Equal(2, await parked);
            Assert.Equal([1, 2], manager.Items);

            queue.TryEnqueue(3);
            Assert.Equal(1, await queue.ReadManyAsync(manager.Memory, TimeSpan.Zero));
            Assert.Equal(3, manager.Items[0]);

            ValueTask<int> dead = queue.ReadManyAsync(manager.Memory, Timeout.InfiniteTimeSpan);
            manager.IsGone = true;
            Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(4));
            Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(5));
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await dead);
            Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(6));
            Assert.True(queue.Reader.TryRead(out int last));
            Assert.Equal(6, last);
        }).WaitAsync(Long);
        queue.Dispose();
    }

    private sealed class UsingMemoryManager(BoundedQueue<int> queue) : MemoryManager<int>
    {
        public int[] Items { get; } = new int[2];

        public bool IsGone { get; set; }

        public override Memory<int> Memory => CreateMemory(Items.Length);

        public override Span<int> GetSpan()
        {
            ObjectDisposedException.ThrowIf(IsGone, this);
            _ = queue.Count;
            return Items;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class UsingTimeProvider : TimeProvider
    {
        private int _asked;

        public BoundedQueue<int>? Queue { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public override long TimestampFrequency => Use(base.TimestampFrequency);

        public override long GetTimestamp() => Use(base.GetTimestamp());

        private long Use(long time)
        {
            Interlocked.Increment(ref _asked);
            _ = Queue?.Count;
            return time;
        }
    }
}
