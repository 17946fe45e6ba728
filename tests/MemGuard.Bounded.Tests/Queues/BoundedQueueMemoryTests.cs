using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Queues;

public sealed class BoundedQueueMemoryTests
{
    private const int Burst = 100_000;

    private readonly TimerCountingTimeProvider _time = new();

    [Theory]
    [InlineData(nameof(BoundedQueue<int>.TryReadMany))]
    [InlineData("TryRead")]
    [InlineData("ReadAsync")]
    [InlineData("WaitToReadAsync")]
    [InlineData(nameof(BoundedQueue<int>.Dispose))]
    public void Read_DrainedAfterABurst_GivesItsMemoryBackAtOnce(string way)
    {
        using BoundedQueue<int> queue = new(new() { Capacity = Burst, MaxWeight = Burst, Weigher = static _ => 1 }, _time);
        Fill(queue, Burst);

        Drain(queue, way);

        Assert.InRange(queue.SlotCount, 1, 64);
        Fill(queue, way == nameof(BoundedQueue<int>.Dispose) ? 0 : Burst);
    }

    [Fact]
    public void Tick_FewItemsLeftAfterABurst_GivesTheirMemoryBackAndKeepsThem()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = Burst, MaxWeight = long.MaxValue, Weigher = static item => item }, _time);
        Fill(queue, Burst);
        for (int i = 0; i < Burst - 100; i++)
        {
            Assert.True(queue.Reader.TryRead(out _));
        }

        _time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromSeconds(1));

        Assert.InRange(queue.SlotCount, 100, 256);
        Assert.Equal(Enumerable.Range(Burst - 100, 100).Sum(), queue.GetStatistics().CurrentWeight);
        for (int i = Burst - 100; i < Burst; i++)
        {
            Assert.True(queue.Reader.TryRead(out int item));
            Assert.Equal(i, item);
        }
    }

    [Fact]
    public void Read_BurstsInQuickSuccession_GiveMemoryBackOnceASecond()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = Burst }, _time);
        Fill(queue, Burst);
        Drain(queue, "TryRead");
        Fill(queue, Burst);

        Drain(queue, "TryRead");
        int atOnce = queue.SlotCount;
        _time.Pass(TimeSpan.FromSeconds(1), step: TimeSpan.FromSeconds(1));

        Assert.InRange(atOnce, Burst, 2 * Burst);
        Assert.InRange(queue.SlotCount, 1, 64);
    }

    private static void Fill(BoundedQueue<int> queue, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(i));
        }
    }

    private static void Drain(BoundedQueue<int> queue, string way)
    {
        switch (way)
        {
            case nameof(queue.Dispose):
                queue.Dispose();
                return;
            case nameof(queue.TryReadMany):
                Assert.Equal(Burst, queue.TryReadMany(new int[Burst + 1]));
                return;
        }

        for (int i = 0; i < Burst; i++)
        {
            Assert.True(queue.Reader.TryRead(out _));
        }

        _ = way switch
        {
            "ReadAsync" => EndsLater(queue.Reader.ReadAsync().AsTask(), queue),
            "WaitToReadAsync" => EndsLater(queue.Reader.WaitToReadAsync().AsTask(), queue),
            _ => queue.Reader.TryRead(out _),
        };
    }

    private static bool EndsLater(Task task, BoundedQueue<int> queue)
    {
        Assert.False(task.IsCompleted);
        Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(1));
        return queue.Reader.TryRead(out _);
    }
}
