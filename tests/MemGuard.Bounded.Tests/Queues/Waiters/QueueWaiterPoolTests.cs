using MemGuard.Bounded;

namespace MemGuard.Bounded.Tests.Queues;

public sealed class QueueWaiterPoolTests
{
    private readonly QueueWaiterPool<QueueReadWaiter<int>> _pool = new();

    [Fact]
    public void Rent_NothingWasReturned_IsNone() => Assert.Null(_pool.RentUnsynchronized());

    [Fact]
    public void Rent_Returned_AreTheSameTheNewestFirst()
    {
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Capacity = 1 });
        QueueReadWaiter<int> first = new(queue, _pool);
        QueueReadWaiter<int> second = new(queue, _pool);
        _pool.Return(first);
        _pool.Return(second);

        Assert.Same(second, _pool.RentUnsynchronized());
        Assert.Same(first, _pool.RentUnsynchronized());
        Assert.Null(_pool.RentUnsynchronized());
    }

    [Fact]
    public void Return_ABurstOfWaiters_KeepsSixtyFour()
    {
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Capacity = 1 });
        for (int i = 0; i < 200; i++)
        {
            _pool.Return(new QueueReadWaiter<int>(queue, _pool));
        }

        int kept = 0;
        while (_pool.RentUnsynchronized() is not null)
        {
            kept++;
        }

        Assert.Equal(64, kept);
    }

    [Fact]
    public void Return_AfterABurst_IsKeptAgainOnceThereIsRoom()
    {
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Capacity = 1 });
        for (int i = 0; i < 100; i++)
        {
            _pool.Return(new QueueReadWaiter<int>(queue, _pool));
        }

        _pool.RentUnsynchronized();
        QueueReadWaiter<int> waiter = new(queue, _pool);
        _pool.Return(waiter);

        Assert.Same(waiter, _pool.RentUnsynchronized());
    }
}
