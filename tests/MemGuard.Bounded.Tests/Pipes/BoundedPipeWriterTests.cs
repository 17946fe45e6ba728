using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Pipes;

public sealed class BoundedPipeWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    // Small enough that a reader who does not read stops the writer after 4 KiB.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048, useSynchronizationContext: false));

    [Theory]
    [InlineData(nameof(BoundedPipeWriterOptions.FlushThreshold), 0, 10L, 1000)]
    [InlineData(nameof(BoundedPipeWriterOptions.MaxUnflushedBytes), 10, 9L, 1000)]
    [InlineData(nameof(BoundedPipeWriterOptions.StalledReaderTimeout), 10, 10L, 5)]
    public void Constructor_OptionOutOfRange_ThrowsAndNamesIt(string option, int threshold, long max, int timeoutMilliseconds)
    {
        BoundedPipeWriterOptions options = new() { FlushThreshold = threshold, MaxUnflushedBytes = max, StalledReaderTimeout = TimeSpan.FromMilliseconds(timeoutMilliseconds) };

        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new BoundedPipeWriter(_pipe.Writer, options));

        Assert.Equal(option, thrown.ParamName);
    }

    [Fact]
    public void Write_NeverFlushed_ThrowsAtTheBoundInsteadOfGrowing()
    {
        BoundedPipeWriter writer = Create();
        byte[] piece = new byte[1000];
        int written = 0;

        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                writer.Write(piece);
                written += piece.Length;
            }
        });

        // The last piece went in part by part, up to the last byte of the bound.
        Assert.Equal(10, written / 1000);
        Assert.Equal(10_240, writer.UnflushedBytes);
        Assert.Contains(nameof(Create), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlushAsync_WhileOneIsPending_ThrowsAndSaysWhereOnce()
    {
        FakeLogger logger = new();
        BoundedPipeWriter writer = Create(logger: logger);
        writer.Write(new byte[5000]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();

        Assert.Throws<InvalidOperationException>(() => Ignore(writer.FlushAsync()));
        Assert.Throws<InvalidOperationException>(() => Ignore(writer.WriteAsync(new byte[1])));

        Assert.Equal(5000, writer.UnflushedBytes);
        Assert.Single(logger.Collector.GetSnapshot());
        await ReadAllAsync();
        Assert.False((await pending).IsCompleted);
        Assert.Equal(0, writer.UnflushedBytes);
    }

    [Fact]
    public async Task FlushAsync_ResultOfTheLastOneNotLookedAt_Throws()
    {
        BoundedPipeWriter writer = Create();
        writer.Write(new byte[5000]);
        ValueTask<FlushResult> ignored = writer.FlushAsync();
        await ReadAllAsync();
        Assert.True(SpinWait.SpinUntil(() => writer.UnflushedBytes == 0, Patience));

        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => Ignore(writer.FlushAsync()));

        Assert.Contains("never looked at", thrown.Message, StringComparison.Ordinal);
        Assert.False((await ignored).IsCompleted);
        await writer.FlushAsync();
    }

    [Fact]
    public async Task FlushAsync_ReaderStalls_ReturnsCompletedTellsTheReaderAndCallsBack()
    {
        TaskCompletionSource stalled = new();
        BoundedPipeWriter writer = Create(readerStalled: stalled.SetResult);
        writer.Write(new byte[5000]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(875));
        Assert.False(pending.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(125));
        FlushResult result = await pending.WaitAsync(Patience);

        Assert.True(result.IsCompleted);
        Assert.True(stalled.Task.IsCompleted);
        Assert.True(writer.GetStatistics().IsStalled);
        Assert.Throws<InvalidOperationException>(() => writer.GetSpan());
        Assert.True((await writer.WriteAsync(new byte[1])).IsCompleted);
        await Assert.ThrowsAsync<TimeoutException>(ReadToEndAsync);
    }

    [Fact]
    public async Task FlushAsync_ReaderIsSlowButReads_IsNotStalled()
    {
        BoundedPipeWriter writer = Create();
        for (int i = 0; i < 20; i++)
        {
            writer.Write(new byte[5000]);
            Task<FlushResult> pending = writer.FlushAsync().AsTask();
            _time.Advance(TimeSpan.FromMilliseconds(750));
            await ReadAllAsync();
            Assert.False((await pending.WaitAsync(Patience)).IsCompleted);
        }

        Assert.Equal(20, writer.GetStatistics().TotalWaits);
    }

    [Fact]
    public async Task FlushAsync_ReaderCompleted_SaysSoAndRefusesToBuffer()
    {
        BoundedPipeWriter writer = Create();
        await _pipe.Reader.CompleteAsync();
        writer.Write(new byte[10]);

        Assert.True((await writer.FlushAsync()).IsCompleted);

        Assert.Throws<InvalidOperationException>(() => writer.GetMemory());
        Assert.True((await writer.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task WriteAsync_LargerThanTheBound_ArrivesWhole()
    {
        BoundedPipeWriter writer = Create();
        byte[] sent = new byte[300_000];
        new Random(1).NextBytes(sent);
        Task<byte[]> reading = Task.Run(ReadToEndAsync);

        writer.Write(sent.AsSpan(0, 10_000));
        await writer.WriteAsync(sent.AsMemory(10_000));
        await writer.CompleteAsync();

        Assert.Equal(sent, await reading);
    }

    [Fact]
    public async Task WriteAsync_LargerThanTheBoundAndNotAwaited_RefusesTheNext()
    {
        BoundedPipeWriter writer = Create();
        Task<FlushResult> large = writer.WriteAsync(new byte[50_000]).AsTask();

        Assert.Throws<InvalidOperationException>(() => Ignore(writer.WriteAsync(new byte[1])));

        await _pipe.Reader.CompleteAsync();
        Assert.True((await large).IsCompleted);
    }

    [Fact]
    public async Task FlushAsync_CancelPendingFlush_ReturnsCanceledAndGoesOn()
    {
        BoundedPipeWriter writer = Create();
        writer.Write(new byte[5000]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();

        writer.CancelPendingFlush();

        Assert.True((await pending).IsCanceled);
        writer.Write(new byte[1]);
    }

    [Fact]
    public async Task FlushAsync_TokenCancelledWhileWaiting_ThrowsAndGoesOn()
    {
        BoundedPipeWriter writer = Create();
        using CancellationTokenSource cancel = new();
        writer.Write(new byte[5000]);
        Task<FlushResult> pending = writer.FlushAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await ReadAllAsync();
        writer.Write(new byte[1]);
        Assert.False((await writer.FlushAsync()).IsCompleted);
    }

    [Fact]
    public void FlushAsync_Waits_AllocatesNothing()
    {
        BoundedPipeWriter writer = Create();
        byte[] piece = new byte[5000];
        WaitOnce(writer, piece);
        long least = long.MaxValue;

        // The shared pool of buffers is emptied by full collections, which other tests ask for: what every round allocates is the flush's own.
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                WaitOnce(writer, piece);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(501, writer.GetStatistics().TotalWaits);

        // The pipe's own wake-up of its thread now and then, but nothing for each flush.
        Assert.InRange(least, 0, 100 * 8);
    }

    [Fact]
    public async Task FlushAsync_ContinuationBlocksOnTheNextFlush_IsStillTold()
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        BoundedPipeWriter writer = new(pipe.Writer, new BoundedPipeWriterOptions { FlushThreshold = 1024, MaxUnflushedBytes = 10_240 });
        Task<bool> writing = WriteTwiceAsync();
        Task reading = Task.Run(() => ReadToEndAsync(pipe.Reader));

        Assert.True(await writing.WaitAsync(Patience));
        await writer.CompleteAsync();
        await reading;

        async Task<bool> WriteTwiceAsync()
        {
            writer.Write(new byte[5000]);
            await writer.FlushAsync();
            writer.Write(new byte[5000]);
            Task<FlushResult> next = writer.FlushAsync().AsTask();
            // Still on the reader's thread, which cannot read meanwhile.
            writer.CancelPendingFlush();
            return SpinWait.SpinUntil(() => next.IsCompleted, Patience);
        }
    }

    [Fact]
    public async Task FlushAsync_Waited_DoesNotKeepTheCallersContext()
    {
        BoundedPipeWriter writer = Create();
        WeakReference request = await Task.Run(() => FlushInContextOfRequest(writer));

        // Off the stack of the request, which holds its context.
        await Task.Yield();
        bool isCollected = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                return !request.IsAlive;
            },
            Patience);

        Assert.True(isCollected);
        writer.Write(new byte[1]);
    }

    [Fact]
    public async Task FlushIfNeededAsync_BelowAndAboveTheThreshold_FlushesOnlyAbove()
    {
        BoundedPipeWriter writer = Create();
        writer.Write(new byte[1023]);
        await writer.FlushIfNeededAsync();
        Assert.Equal(1023, writer.UnflushedBytes);

        writer.Write(new byte[1]);
        await writer.FlushIfNeededAsync();

        Assert.Equal(0, writer.UnflushedBytes);
        Assert.Equal(1, writer.GetStatistics().TotalFlushes);
    }

    [Fact]
    public void AnyWritesAndReads_ArriveInOrderWithinTheBound()
    {
        Gen<int[]> sizes = Gen.Choose(0, 9000).ArrayOf(40);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Arb.From(sizes), static pieces => WriteAndReadAsync(pieces).GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task GetUsage_FlushWaits_ShowsTheWaitingBytesUnderTheName()
    {
        string name = $"usage-{Guid.NewGuid()}";
        BoundedPipeWriter writer = Create(name: name);
        writer.Write(new byte[5000]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();

        BoundedStructureUsage during = Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name);
        await ReadAllAsync();
        await pending;
        BoundedStructureUsage after = Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name);

        Assert.Equal((1L, 5000L), (during.Count, during.Weight));
        Assert.Equal((0L, 0L), (after.Count, after.Weight));
    }

    private static async Task<bool> WriteAndReadAsync(int[] pieces)
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048, useSynchronizationContext: false));
        BoundedPipeWriter writer = new(pipe.Writer, new BoundedPipeWriterOptions { FlushThreshold = 1024, MaxUnflushedBytes = 10_240 });
        Task<byte[]> reading = Task.Run(() => ReadToEndAsync(pipe.Reader));
        List<byte> sent = [];
        byte next = 0;
        bool isBounded = true;
        foreach (int size in pieces)
        {
            byte[] piece = new byte[size];
            Array.Fill(piece, next++);
            sent.AddRange(piece);
            if (size % 2 == 0)
            {
                await writer.WriteAsync(piece);
            }
            else
            {
                writer.Write(piece);
                isBounded &= writer.UnflushedBytes <= 10_240;
                await writer.FlushIfNeededAsync();
            }
        }

        await writer.CompleteAsync();
        return isBounded && sent.SequenceEqual(await reading);
    }

    private void WaitOnce(BoundedPipeWriter writer, byte[] piece)
    {
        writer.Write(piece);
        ValueTask<FlushResult> pending = writer.FlushAsync();
        Assert.True(_pipe.Reader.TryRead(out ReadResult read));
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        SpinWait spin = default;
        while (!pending.IsCompleted)
        {
            spin.SpinOnce();
        }

        _ = pending.GetAwaiter().GetResult();
    }

    private async Task<WeakReference> FlushInContextOfRequest(BoundedPipeWriter writer)
    {
        AsyncLocal<object?> request = new() { Value = new object() };
        WeakReference reference = new(request.Value);
        writer.Write(new byte[5000]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();
        await ReadAllAsync();
        await pending;
        return reference;
    }

    private static void Ignore(ValueTask<FlushResult> flush) => _ = flush.AsTask();

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        using MemoryStream read = new();
        await reader.CopyToAsync(read);
        return read.ToArray();
    }

    private Task<byte[]> ReadToEndAsync() => ReadToEndAsync(_pipe.Reader);

    private async Task ReadAllAsync()
    {
        ReadResult result = await _pipe.Reader.ReadAsync();
        _pipe.Reader.AdvanceTo(result.Buffer.End);
    }

    private BoundedPipeWriter Create(Action? readerStalled = null, FakeLogger? logger = null, string? name = null) => new(
        _pipe.Writer,
        new BoundedPipeWriterOptions
        {
            Name = name ?? $"test-{Guid.NewGuid()}",
            FlushThreshold = 1024,
            MaxUnflushedBytes = 10_240,
            StalledReaderTimeout = TimeSpan.FromSeconds(1),
            ReaderStalled = readerStalled,
            Logger = logger,
        },
        _time);
}
