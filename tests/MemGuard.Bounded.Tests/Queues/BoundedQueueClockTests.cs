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
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = "clock", Capacity = 1, MaxWeight = 10, Weigher = static weight => weight, FullMode = BoundedQueueFullMode.Wait }, time);
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
