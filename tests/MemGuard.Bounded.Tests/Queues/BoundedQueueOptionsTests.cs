namespace MemGuard.Bounded.Tests.Queues;

public class BoundedQueueOptionsTests
{
    public static TheoryData<string, BoundedQueueOptions<int>> Wrong => new()
    {
        { "Name must not be empty.", new() { Capacity = 1, Name = "" } },
        { "Capacity of queue 'q' must be positive.", new() { Name = "q", Capacity = 0 } },
        { "MaxWeight of queue 'q' must be positive, or null for no bound.", new() { Capacity = 1, Name = "q", MaxWeight = 0, Weigher = static _ => 1 } },
        { "MaxWeight of queue 'q' needs a Weigher.", new() { Capacity = 1, Name = "q", MaxWeight = 1 } },
        { "FullMode of queue 'q' must be Wait, DropOldest, DropNewest, DropWrite or Reject.", new() { Capacity = 1, Name = "q", FullMode = (BoundedQueueFullMode)9 } },
        { "WaitTimeout of queue 'q' must be zero, positive or infinite.", new() { Capacity = 1, Name = "q", WaitTimeout = TimeSpan.FromMilliseconds(-2) } },
        { "ResumeAt of queue 'q' must be above 0 and at most 1.", new() { Capacity = 1, Name = "q", ResumeAt = 0 } },
        { "ResumeAt of queue 'q' must be above 0 and at most 1.", new() { Capacity = 1, Name = "q", ResumeAt = 1.01 } },
        { "ResumeAt of queue 'q' must be above 0 and at most 1.", new() { Capacity = 1, Name = "q", ResumeAt = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void GetErrors_OneOptionIsWrong_NamesItAndItsRange(string error, BoundedQueueOptions<int> options)
    {
        Assert.StartsWith(error, Assert.Single(options.GetErrors()), StringComparison.Ordinal);
        Assert.StartsWith(error, Assert.ThrowsAny<ArgumentException>(() => new BoundedQueue<int>(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetErrors_EverythingAtItsEdge_HasNone()
    {
        Assert.Empty(new BoundedQueueOptions<int> { Capacity = 1, MaxWeight = 1, Weigher = static _ => 1, WaitTimeout = TimeSpan.Zero, ResumeAt = 1 }.GetErrors());
        Assert.Empty(new BoundedQueueOptions<int> { Capacity = 1, WaitTimeout = Timeout.InfiniteTimeSpan, ResumeAt = 0.001 }.GetErrors());
    }

    [Fact]
    public async Task ReadManyAsync_NoRoomOrNoSuchTime_IsRefused()
    {
        BoundedQueue<int> queue = new(new() { Capacity = 1 });

        Assert.Equal("destination", (await Assert.ThrowsAsync<ArgumentException>(async () => await queue.ReadManyAsync(Memory<int>.Empty, TimeSpan.Zero))).ParamName);
        Assert.Equal("maxWait", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await queue.ReadManyAsync(new int[1], TimeSpan.FromMilliseconds(-2)))).ParamName);
    }

    [Fact]
    public async Task ReadManyAsync_TokenIsCancelledAlready_LeavesTheItems()
    {
        BoundedQueue<int> queue = new(new() { Capacity = 1 });
        Assert.Equal(EnqueueResult.Enqueued, queue.TryEnqueue(7));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await queue.ReadManyAsync(new int[1], TimeSpan.Zero, new CancellationToken(canceled: true)));

        Assert.True(queue.Reader.TryRead(out int item) && item == 7);
    }
}
