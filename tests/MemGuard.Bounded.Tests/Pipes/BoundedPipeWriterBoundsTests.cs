using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Bounded.Tests.Pipes;

/// <summary>Options, exact bounds and what the exceptions say.</summary>
public sealed class BoundedPipeWriterBoundsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50, useSynchronizationContext: false));

    public static TheoryData<string, string, BoundedPipeWriterOptions> Wrong => new()
    {
        { "Name", "Name must not be empty.", new() { Name = " " } },
        { "FlushThreshold", "FlushThreshold of 'p' must be positive.", new() { Name = "p", FlushThreshold = 0 } },
        { "MaxUnflushedBytes", "MaxUnflushedBytes of 'p' must be at least FlushThreshold (8).", new() { Name = "p", FlushThreshold = 8, MaxUnflushedBytes = 7 } },
        { "StalledReaderTimeout", "StalledReaderTimeout of 'p' must be at least 20 milliseconds, or infinite.", new() { Name = "p", StalledReaderTimeout = TimeSpan.FromMilliseconds(20) - TimeSpan.FromTicks(1) } },
    };

    public static TheoryData<BoundedPipeWriterOptions> AtTheEdge => new()
    {
        new BoundedPipeWriterOptions { FlushThreshold = 1, MaxUnflushedBytes = 1, StalledReaderTimeout = TimeSpan.FromMilliseconds(20) },
        new BoundedPipeWriterOptions { StalledReaderTimeout = Timeout.InfiniteTimeSpan },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Constructor_OneOptionIsWrong_NamesItAndItsRange(string option, string error, BoundedPipeWriterOptions options)
    {
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => new BoundedPipeWriter(_pipe.Writer, options));

        Assert.Equal(option, refused.ParamName);
        Assert.StartsWith(error, refused.Message, StringComparison.Ordinal);
        Assert.Equal(option, Assert.ThrowsAny<ArgumentException>(() => _pipe.Writer.LimitUnflushed(options)).ParamName);
    }

    [Theory]
    [MemberData(nameof(AtTheEdge))]
    public void Constructor_EverythingAtItsEdge_IsTaken(BoundedPipeWriterOptions options)
    {
        Assert.Equal(options.FlushThreshold, new BoundedPipeWriter(_pipe.Writer, options).FlushThreshold);
    }

    [Fact]
    public void Constructor_NoWriter_NamesIt()
    {
        Assert.Equal("inner", Assert.Throws<ArgumentNullException>(static () => new BoundedPipeWriter(null!)).ParamName);
        Assert.Equal("inner", Assert.Throws<ArgumentNullException>(static () => ((PipeWriter)null!).LimitUnflushed(10)).ParamName);
    }

    [Fact]
    public void Options_NothingSet_AreTheDocumentedDefaults()
    {
        BoundedPipeWriterOptions options = new();

        Assert.Equal(("pipe_writer", 32 * 1024, 1024L * 1024L), (options.Name, options.FlushThreshold, options.MaxUnflushedBytes));
        Assert.Equal(TimeSpan.FromSeconds(30), options.StalledReaderTimeout);
        Assert.Null(options.ReaderStalled);
        Assert.Null(options.Logger);
        Assert.Equal(32 * 1024, new BoundedPipeWriter(_pipe.Writer).FlushThreshold);
        Assert.True(new BoundedPipeWriter(_pipe.Writer).CanGetUnflushedBytes);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(32 * 1024, 32 * 1024)]
    [InlineData(1024 * 1024, 32 * 1024)]
    public void LimitUnflushed_AnyBound_LowersTheThresholdToIt(long bound, int threshold)
    {
        Assert.Equal(threshold, _pipe.Writer.LimitUnflushed(bound).FlushThreshold);
    }

    [Theory]
    [InlineData("Export", "Pipe writer 'Export' (made in Export, line 7)")]
    [InlineData("", "Pipe writer 'pipe_writer' (made in , line 7)")]
    public void LimitUnflushed_NothingSaid_IsNamedAfterItsCaller(string member, string expected)
    {
        BoundedPipeWriter writer = _pipe.Writer.LimitUnflushed(10, member: member, line: 7);

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => writer.GetSpan(11));

        Assert.Equal($"{expected} holds 0 unflushed bytes and may hold 10: await FlushIfNeededAsync() between writes.", refused.Message);
    }

    [Fact]
    public void GetMemory_LastByteOfTheBound_IsGivenAndNotOneMore()
    {
        BoundedPipeWriter writer = Create(max: 10, threshold: 10);

        Assert.Equal(10, writer.GetMemory().Length);
        Assert.Equal(10, writer.GetSpan(10).Length);
        writer.Advance(9);
        Assert.Equal(1, writer.GetSpan().Length);
        Assert.Equal(1, writer.GetMemory(1).Length);
        Assert.Throws<InvalidOperationException>(() => writer.GetMemory(2));
        writer.Advance(1);

        Assert.Equal(10, writer.UnflushedBytes);
        Assert.Throws<InvalidOperationException>(() => writer.GetMemory());
        Assert.Throws<InvalidOperationException>(() => writer.GetSpan());
    }

    [Fact]
    public async Task AnyWrite_FlushIsPending_SaysSo()
    {
        BoundedPipeWriter writer = Create(max: 1000, threshold: 200);
        writer.Write(new byte[150]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();
        const string Message = "Pipe writer 'p' (made in Create, line 1) is still flushing: await each flush before the next write or flush.";

        Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => writer.GetSpan()).Message);
        Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => writer.GetMemory()).Message);
        Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => writer.Advance(1)).Message);
        Assert.Equal(Message, (await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.FlushAsync())).Message);
        Assert.Equal(Message, (await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(new byte[1]))).Message);
        writer.Advance(0);

        await _pipe.Reader.CompleteAsync();
        Assert.True((await pending.WaitAsync(Patience)).IsCompleted);
    }

    [Fact]
    public async Task GetMemory_FlushSaidThatTheReaderIsGone_SaysWhatToDo()
    {
        BoundedPipeWriter writer = Create(max: 1000, threshold: 200);
        await _pipe.Reader.CompleteAsync();
        Assert.True((await writer.FlushAsync()).IsCompleted);

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => writer.GetMemory());

        Assert.Equal("The reader of pipe writer 'p' (made in Create, line 1) is gone, and a flush has said so: check FlushResult.IsCompleted and stop.", refused.Message);
        Assert.True((await writer.FlushIfNeededAsync()).IsCompleted);
        Assert.True((await writer.WriteAsync(new byte[5000])).IsCompleted);
        Assert.Equal(0, writer.UnflushedBytes);
    }

    [Fact]
    public async Task WriteAsync_TooMuchIsUnflushed_FlushesFirst()
    {
        BoundedPipeWriter writer = Create(max: 10, threshold: 5);
        writer.Write(new byte[7]);

        await writer.WriteAsync(new byte[3]);
        Assert.Equal(1, writer.GetStatistics().TotalFlushes);
        writer.Write(new byte[8]);
        await writer.WriteAsync(new byte[3]);

        BoundedPipeWriterStatistics statistics = writer.GetStatistics();
        Assert.Equal((0L, 21L, 3L, 0L), (statistics.UnflushedBytes, statistics.TotalBytes, statistics.TotalFlushes, statistics.TotalWaits));
        Assert.Equal((TimeSpan.Zero, false), (statistics.TotalWaitTime, statistics.IsStalled));
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 2)]
    [InlineData(11, 3)]
    public async Task WriteAsync_BeyondTheThreshold_GoesOutInSlices(int bytes, int flushes)
    {
        BoundedPipeWriter writer = Create(max: 10, threshold: 5);

        await writer.WriteAsync(new byte[bytes]);

        Assert.Equal((bytes, flushes), (writer.GetStatistics().TotalBytes, writer.GetStatistics().TotalFlushes));
    }

    [Fact]
    public async Task FlushIfNeededAsync_ExactlyAtTheThreshold_Flushes()
    {
        BoundedPipeWriter writer = Create(max: 10, threshold: 5);
        writer.Write(new byte[4]);
        await writer.FlushIfNeededAsync();
        Assert.Equal(0, writer.GetStatistics().TotalFlushes);

        writer.Write(new byte[1]);
        await writer.FlushIfNeededAsync();

        Assert.Equal((1L, 0L), (writer.GetStatistics().TotalFlushes, writer.UnflushedBytes));
    }

    [Fact]
    public async Task FlushAsync_ReaderStalls_EveryoneIsToldByNameAndTime()
    {
        FakeLogger logger = new();
        BoundedPipeWriterOptions options = new() { Name = $"stalls-{Guid.NewGuid()}", MaxUnflushedBytes = 1000, FlushThreshold = 200, StalledReaderTimeout = TimeSpan.FromSeconds(1), Logger = logger };
        BoundedPipeWriter writer = new(_pipe.Writer, options, _time, "Export", 7);
        writer.Write(new byte[150]);
        Task<FlushResult> pending = writer.FlushAsync().AsTask();

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await pending.WaitAsync(Patience)).IsCompleted);
        TimeoutException reader = await Assert.ThrowsAsync<TimeoutException>(async () => await ReadToEndAsync());
        IOException stream = await Assert.ThrowsAsync<IOException>(async () => await writer.AsStream().WriteAsync(new byte[1]));

        Assert.Equal($"The reader of pipe writer '{options.Name}' did not read for 00:00:01.", reader.Message);
        Assert.Equal($"The reader of pipe writer '{options.Name}' (made in Export, line 7) did not read for 00:00:01: what was written is lost.", stream.Message);
        Assert.Equal(reader.Message, Assert.IsType<TimeoutException>(stream.InnerException).Message);
        Assert.StartsWith($"The reader of pipe writer '{options.Name}' (made in Export, line 7) took nothing for 00:00:01 while 150 bytes waited.", Assert.Single(logger.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        BoundedPipeWriterStatistics statistics = writer.GetStatistics();
        Assert.Equal((1L, TimeSpan.FromSeconds(1), true), (statistics.TotalWaits, statistics.TotalWaitTime, statistics.IsStalled));
        BoundedStructureUsage usage = Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == options.Name);
        Assert.Equal((StructureKind.PipeWriter, 0L, 0L, 1L), (usage.Kind, usage.Count, usage.Weight!.Value, usage.TotalEvictions!.Value));
    }

    private BoundedPipeWriter Create(long max, int threshold) =>
        new(_pipe.Writer, new BoundedPipeWriterOptions { Name = "p", MaxUnflushedBytes = max, FlushThreshold = threshold }, _time, line: 1);

    private async Task ReadToEndAsync()
    {
        while (await _pipe.Reader.ReadAsync() is { IsCompleted: false } result)
        {
            _pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }
}
