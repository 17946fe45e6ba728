using System.Buffers;
using System.IO.Pipelines;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Pipes;

/// <summary>What code that was written for the framework's pipe writers relies on, through the decorator.</summary>
public sealed class BoundedPipeWriterContractTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = CreatePipe(usesSynchronizationContext: false);

    [Fact]
    public async Task FlushAsync_PendingAndAwaitedTwice_FailsBothAwaitsAndNotTheProcess()
    {
        BoundedPipeWriter writer = Create(_pipe);
        ValueTask<FlushResult> flush = FlushBeyondTheThreshold(writer);
        Task<FlushResult> first = AwaitAsync();
        Task<FlushResult> second = AwaitAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => first.WaitAsync(Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.WaitAsync(Patience));

        Assert.Throws<InvalidOperationException>(() => writer.GetSpan());
        Assert.False(writer.GetStatistics().IsStalled);
        Assert.True(SpinWait.SpinUntil(() => GetWaitingBytes(nameof(FlushAsync_PendingAndAwaitedTwice_FailsBothAwaitsAndNotTheProcess)) == 0, Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(ReadToEndAsync);

        async Task<FlushResult> AwaitAsync() => await flush;
    }

    [Fact]
    [Obsolete("What it calls is obsolete, and still relied upon.")]
    public async Task OnReaderCompleted_ReaderCompletes_CallsBack()
    {
        BoundedPipeWriter writer = Create(_pipe);
        TaskCompletionSource<Exception?> completed = new();
        writer.OnReaderCompleted(static (error, state) => ((TaskCompletionSource<Exception?>)state!).SetResult(error), completed);
        InvalidDataException error = new();

        await _pipe.Reader.CompleteAsync(error);

        Assert.Same(error, await completed.Task.WaitAsync(Patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FlushAsync_AwaitedInASynchronizationContext_GoesBackThereWhereTheInnerPipeDoes(bool usesSynchronizationContext)
    {
        Pipe pipe = CreatePipe(usesSynchronizationContext);
        BoundedPipeWriter writer = Create(pipe);
        CountingContext context = new();

        // The first flush finds out, the second one knows.
        for (int round = 1; round <= 2; round++)
        {
            Task flush = AwaitIn(context, async () => await FlushBeyondTheThreshold(writer));
            Read(pipe.Reader);

            await flush.WaitAsync(Patience);
            Assert.Equal(usesSynchronizationContext ? round : 0, context.Posts);
        }
    }

    [Fact]
    public async Task FlushAsync_AwaitedWithoutGoingBack_DoesNotNeedTheContext()
    {
        Pipe pipe = CreatePipe(usesSynchronizationContext: true);
        BoundedPipeWriter writer = Create(pipe);
        CountingContext context = new();
        Task flush = AwaitIn(context, async () => await FlushBeyondTheThreshold(writer).ConfigureAwait(false));

        Read(pipe.Reader);

        await flush.WaitAsync(Patience);
        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public async Task FlushAsync_StreamBeneath_GoesBackToTheContext()
    {
        TaskCompletionSource gate = new();
        BoundedPipeWriter writer = new(PipeWriter.Create(new GatedStream(gate.Task)), timeProvider: _time);
        CountingContext context = new();
        Task flush = AwaitIn(context, async () => await FlushBeyondTheThreshold(writer));

        gate.SetResult();

        await flush.WaitAsync(Patience);
        Assert.Equal(1, context.Posts);
    }

    // The inner writer's flush is over by then: handed on to it, the cancellation would hit the next.
    [Fact]
    public void CancelPendingFlush_FlushHasEndedAndNobodyLooked_CancelsThatOneAndNotTheNext()
    {
        BoundedPipeWriter writer = Create(_pipe);
        ValueTask<FlushResult> flush = FlushBeyondTheThreshold(writer);
        Read(_pipe.Reader);
        Assert.True(SpinWait.SpinUntil(() => flush.IsCompleted, Patience));

        writer.CancelPendingFlush();

        Assert.True(Take(flush).IsCanceled);
        Assert.False(Take(writer.FlushAsync()).IsCanceled);
    }

    [Fact]
    public void CancelPendingFlush_NothingIsPending_CancelsTheNext()
    {
        BoundedPipeWriter writer = Create(_pipe);
        writer.CancelPendingFlush();

        Assert.True(Take(writer.FlushAsync()).IsCanceled);
        Assert.False(Take(writer.FlushAsync()).IsCanceled);
    }

    [Fact]
    public void FlushAsync_TokenCancelledBetweenItsEndAndItsResult_Throws()
    {
        BoundedPipeWriter writer = Create(_pipe);
        using CancellationTokenSource cancel = new();
        writer.Write(new byte[100]);
        ValueTask<FlushResult> flush = writer.FlushAsync(cancel.Token);
        writer.CancelPendingFlush();
        Assert.True(SpinWait.SpinUntil(() => flush.IsCompleted, Patience));

        cancel.Cancel();

        Assert.Throws<OperationCanceledException>(() => Take(flush));
    }

    // A writer on a stream sends from the very memory that it would hand out again.
    [Fact]
    public async Task Write_FlushIsPending_IsRefusedAndNothingIsLost()
    {
        TaskCompletionSource gate = new();
        GatedStream stream = new(gate.Task);
        BoundedPipeWriter writer = new(PipeWriter.Create(stream), timeProvider: _time);
        writer.Write("aaaa"u8);
        Memory<byte> before = writer.GetMemory();
        ValueTask<FlushResult> flush = writer.FlushAsync();

        Assert.Throws<InvalidOperationException>(() => writer.Write("bbbb"u8));
        Assert.Throws<InvalidOperationException>(() => writer.GetMemory());
        Assert.Throws<InvalidOperationException>(() => writer.Advance(1));
        gate.SetResult();
        await flush;
        writer.Write("cccc"u8);
        await writer.FlushAsync();

        Assert.False(before.IsEmpty);
        Assert.Equal("aaaacccc"u8.ToArray(), stream.ToArray());
    }

    [Fact]
    public async Task WriteAsync_AfterAnAdvance_KeepsBothInOrder()
    {
        Pipe pipe = new(new PipeOptions(minimumSegmentSize: 1));
        BoundedPipeWriter writer = Create(pipe);
        writer.GetSpan(14)[..14].Fill(1);
        writer.Advance(14);

        await writer.WriteAsync(new byte[] { 2, 2, 2 });
        ReadResult read = await pipe.Reader.ReadAtLeastAsync(17);

        Assert.Equal([.. Enumerable.Repeat((byte)1, 14), 2, 2, 2], read.Buffer.ToArray());
    }

    [Fact]
    public async Task AsStream_ReaderStalls_ThrowsNowAndLater()
    {
        BoundedPipeWriter writer = Create(_pipe);
        Stream stream = writer.AsStream();
        Task write = stream.WriteAsync(new byte[100]).AsTask();

        _time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromMilliseconds(100));

        IOException thrown = await Assert.ThrowsAsync<IOException>(() => write.WaitAsync(Patience));
        Assert.IsType<TimeoutException>(thrown.InnerException);
        await Assert.ThrowsAsync<IOException>(async () => await stream.WriteAsync(new byte[1]));
        await Assert.ThrowsAsync<IOException>(() => stream.FlushAsync());
    }

    [Fact]
    public async Task AsStream_ReaderReads_DeliversEverythingAndCompletesUnlessLeftOpen()
    {
        byte[] sent = [.. Enumerable.Range(0, 200).Select(static i => (byte)i)];
        Task<byte[]> reading = Task.Run(ReadToEndAsync);
        BoundedPipeWriter writer = Create(_pipe);
        await using (Stream kept = writer.AsStream(leaveOpen: true))
        {
            await kept.WriteAsync(sent.AsMemory(0, 150));
        }

        await using (Stream last = writer.AsStream())
        {
            await last.WriteAsync(sent.AsMemory(150));
        }

        Assert.Equal(sent, await reading.WaitAsync(Patience));
    }

    [Fact]
    public async Task CopyToAsync_ReaderStalls_Throws()
    {
        BoundedPipeWriter writer = Create(_pipe);
        Task copy = new MemoryStream(new byte[10_000]).CopyToAsync(writer);

        _time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAsync<IOException>(() => copy.WaitAsync(Patience));
    }

    [Fact]
    public async Task CopyFromAsync_ReaderStalls_SaysThatTheReaderIsGone()
    {
        BoundedPipeWriter writer = Create(_pipe);
        Task<PipeCopyResult> copy = PipeCopyExtensions.CopyFromAsync(writer, new MemoryStream(new byte[10_000])).AsTask();

        _time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromMilliseconds(100));

        Assert.True((await copy.WaitAsync(Patience)).IsReaderGone);
    }

    private static Pipe CreatePipe(bool usesSynchronizationContext) =>
        new(new PipeOptions(pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: usesSynchronizationContext));

    private static ValueTask<FlushResult> FlushBeyondTheThreshold(BoundedPipeWriter writer)
    {
        writer.Write(new byte[100]);
        return writer.FlushAsync();
    }

    private static long? GetWaitingBytes(string name) => BoundedStructures.GetUsage().Single(usage => usage.Name == name).Weight;

    private static FlushResult Take(ValueTask<FlushResult> flush)
    {
        Assert.True(flush.IsCompleted);
        return flush.GetAwaiter().GetResult();
    }

    private static void Read(PipeReader reader)
    {
        Assert.True(reader.TryRead(out ReadResult read));
        reader.AdvanceTo(read.Buffer.End);
    }

    // Starts within the context, as on a user interface's thread, and then leaves it.
    private static Task AwaitIn(SynchronizationContext context, Func<Task> act)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            return act();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private async Task<byte[]> ReadToEndAsync()
    {
        using MemoryStream read = new();
        await _pipe.Reader.CopyToAsync(read);
        return read.ToArray();
    }

    private BoundedPipeWriter Create(Pipe pipe, [System.Runtime.CompilerServices.CallerMemberName] string name = "") => new(
        pipe.Writer,
        new BoundedPipeWriterOptions { Name = name, StalledReaderTimeout = TimeSpan.FromSeconds(1) },
        _time);

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    private sealed class GatedStream(Task gate) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await gate.ConfigureAwait(false);
            Write(buffer.Span);
        }
    }
}
