using System.Threading.Channels;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>What readers and writers of a completed queue get: the same as from the framework's bounded channel, which each claim is checked against.</summary>
public sealed class BoundedQueueCompletionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Errors => [nameof(OperationCanceledException), nameof(InvalidDataException), "none"];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task ReadAsync_OfACompletedQueue_EndsAsTheChannelDoes(string error) =>
        await AssertSameAsync(error, static (_, reader) => reader.ReadAsync().AsTask(), isParked: false);

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task ReadAsync_ParkedAndThenCompleted_EndsAsTheChannelDoes(string error) =>
        await AssertSameAsync(error, static (_, reader) => reader.ReadAsync().AsTask(), isParked: true);

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task WaitToReadAsync_ParkedAndThenCompleted_EndsAsTheChannelDoes(string error) =>
        await AssertSameAsync(error, static (_, reader) => reader.WaitToReadAsync().AsTask(), isParked: true);

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task WaitToWriteAsync_ParkedAndThenCompleted_EndsAsTheChannelDoes(string error) =>
        await AssertSameAsync(
            error,
            static (writer, _) =>
            {
                writer.TryWrite(1);
                return writer.WaitToWriteAsync().AsTask();
            },
            isParked: true);

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task WriteAsync_ParkedAndThenCompleted_EndsAsTheChannelDoes(string error) =>
        await AssertSameAsync(
            error,
            static (writer, _) =>
            {
                writer.TryWrite(1);
                return writer.WriteAsync(2).AsTask();
            },
            isParked: true);

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Completion_OfACompletedQueue_EndsAsTheChannelDoes(string error) =>
        await AssertSameAsync(error, static (_, reader) => reader.Completion, isParked: false);

    [Theory]
    [InlineData(nameof(OperationCanceledException))]
    [InlineData(nameof(InvalidDataException))]
    public async Task WriteAsync_OfACompletedQueue_ThrowsWhatTheChannelThrows(string error)
    {
        Exception ours = await ThrowAsync(new BoundedQueue<int>(new() { Capacity = 1 }));
        Exception theirs = await ThrowAsync(Channel.CreateBounded<int>(1));

        Assert.Equal((theirs is OperationCanceledException, theirs is ChannelClosedException), (ours is OperationCanceledException, ours is ChannelClosedException));

        async Task<Exception> ThrowAsync(Channel<int> channel)
        {
            channel.Writer.Complete(Create(error));
            return (await Record.ExceptionAsync(() => channel.Writer.WriteAsync(1).AsTask()))!;
        }
    }

    [Fact]
    public async Task ReadManyAsync_CompletedWithACancellation_IsCanceled()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = 1 });
        Task<int> parked = queue.ReadManyAsync(new int[2], TimeSpan.Zero).AsTask();

        queue.Writer.Complete(new OperationCanceledException());
        Task<int> late = queue.ReadManyAsync(new int[2], TimeSpan.Zero).AsTask();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => parked.WaitAsync(Patience));
        Assert.Equal((TaskStatus.Canceled, TaskStatus.Canceled), (parked.Status, late.Status));
    }

    [Fact]
    public void WriteAsync_WaitedAndWasRefused_DoesNotCallItselfSuccessful()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = 1 });
        queue.TryEnqueue(1);
        ValueTask write = queue.Writer.WriteAsync(2);

        queue.Writer.Complete();

        Assert.True(SpinWait.SpinUntil(() => write.IsCompleted, Patience));
        Assert.True(write.IsFaulted);
        Assert.False(write.IsCompletedSuccessfully);
        Assert.Throws<ChannelClosedException>(() => write.GetAwaiter().GetResult());
    }

    [Fact]
    public async Task ReadAsync_AwaitedTwiceWhilePending_FailsOneAwaitAndNotTheProcess()
    {
        using BoundedQueue<int> queue = new(new() { Capacity = 1 });
        ValueTask<int> read = queue.Reader.ReadAsync();
        Task<int> first = AwaitAsync();
        Task<int> second = AwaitAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => second.WaitAsync(Patience));
        queue.TryEnqueue(7);

        Assert.Equal(7, await first.WaitAsync(Patience));

        async Task<int> AwaitAsync() => await read;
    }

    private static async Task AssertSameAsync(string error, Func<ChannelWriter<int>, ChannelReader<int>, Task> act, bool isParked)
    {
        (TaskStatus Status, Type? Thrown) ours = await EndAsync(new BoundedQueue<int>(new() { Capacity = 1 }), error, act, isParked);
        (TaskStatus Status, Type? Thrown) theirs = await EndAsync(Channel.CreateBounded<int>(1), error, act, isParked);

        Assert.Equal(theirs, ours);
    }

    private static async Task<(TaskStatus Status, Type? Thrown)> EndAsync(Channel<int> channel, string error, Func<ChannelWriter<int>, ChannelReader<int>, Task> act, bool isParked)
    {
        Task? task = isParked ? act(channel.Writer, channel.Reader) : null;
        channel.Writer.Complete(Create(error));
        task ??= act(channel.Writer, channel.Reader);
        Exception? thrown = await Record.ExceptionAsync(() => task.WaitAsync(Patience));
        return (task.Status, thrown?.GetType());
    }

    private static Exception? Create(string error) => error switch
    {
        nameof(OperationCanceledException) => new OperationCanceledException(),
        nameof(InvalidDataException) => new InvalidDataException(),
        _ => null,
    };
}
