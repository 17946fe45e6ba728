using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json.Serialization.Metadata;

namespace MemGuard.Bounded.Tests.Pipes;

public sealed partial class PipeCopyBoundsTests
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    public static TheoryData<string, Func<PipeWriter, Task>> Null => new()
    {
        { "writer", static _ => ((PipeWriter)null!).CopyFromAsync(Stream.Null).AsTask() },
        { "source", static writer => writer.CopyFromAsync((Stream)null!).AsTask() },
        { "writer", static _ => ((PipeWriter)null!).CopyFromAsync(Pieces()).AsTask() },
        { "source", static writer => writer.CopyFromAsync((IAsyncEnumerable<ReadOnlyMemory<byte>>)null!).AsTask() },
        { "writer", static _ => ((PipeWriter)null!).WriteNdjsonAsync(Numbers(0), NumberType()).AsTask() },
        { "source", static writer => writer.WriteNdjsonAsync(null!, NumberType()).AsTask() },
        { "typeInfo", static writer => writer.WriteNdjsonAsync(Numbers(0), null!).AsTask() },
    };

    [Theory]
    [MemberData(nameof(Null))]
    public async Task AnyMethod_NullArgument_NamesIt(string parameter, Func<PipeWriter, Task> call)
    {
        Assert.Equal(parameter, (await Assert.ThrowsAsync<ArgumentNullException>(() => call(_pipe.Writer))).ParamName);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData((32 * 1024) - 1, 1)]
    [InlineData(32 * 1024, 2)]
    [InlineData((64 * 1024) + 1, 3)]
    public async Task CopyFromAsync_PlainWriter_FlushesAtEach32KiBAndAtTheEnd(int bytes, int flushes)
    {
        CountingWriter writer = new(_pipe.Writer);

        PipeCopyResult result = await writer.CopyFromAsync(Pieces(bytes));

        Assert.Equal(new PipeCopyResult { BytesWritten = bytes, IsReaderGone = false }, result);
        Assert.Equal((bytes, flushes), (writer.Bytes, writer.Flushes));
    }

    [Fact]
    public async Task CopyFromAsync_BoundedWriter_FlushesAtItsOwnThreshold()
    {
        BoundedPipeWriter writer = new(_pipe.Writer, new BoundedPipeWriterOptions { FlushThreshold = 10, MaxUnflushedBytes = 20 });

        PipeCopyResult result = await writer.CopyFromAsync(Pieces(9, 1, 25, 0));

        Assert.Equal(35, result.BytesWritten);
        Assert.Equal((35L, 0L, 4L), (writer.GetStatistics().TotalBytes, writer.UnflushedBytes, writer.GetStatistics().TotalFlushes));
    }

    [Fact]
    public async Task WriteNdjsonAsync_Lines_CountsTheirBytesWithTheEnds()
    {
        PipeCopyResult result = await _pipe.Writer.WriteNdjsonAsync(Numbers(11), NumberType());
        await _pipe.Writer.CompleteAsync();

        ReadResult read = await _pipe.Reader.ReadAsync();
        Assert.Equal("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", System.Text.Encoding.UTF8.GetString(read.Buffer.ToArray()));
        Assert.Equal(new PipeCopyResult { BytesWritten = 23, IsReaderGone = false }, result);
    }

    [Fact]
    public async Task AnyMethod_ReaderIsGone_StopsAndSaysSo()
    {
        await _pipe.Reader.CompleteAsync();

        PipeCopyResult pieces = await _pipe.Writer.CopyFromAsync(Pieces(32 * 1024, 1));
        PipeCopyResult stream = await _pipe.Writer.CopyFromAsync(new MemoryStream(new byte[10]));

        Assert.Equal(new PipeCopyResult { BytesWritten = 32 * 1024, IsReaderGone = true }, pieces);
        Assert.Equal(new PipeCopyResult { BytesWritten = 10, IsReaderGone = true }, stream);
    }

    [Fact]
    public async Task CopyFromAsync_FlushIsCancelled_StopsAsIfTheReaderWereGone()
    {
        _pipe.Writer.CancelPendingFlush();

        PipeCopyResult result = await _pipe.Writer.CopyFromAsync(Pieces(32 * 1024, 1));

        Assert.Equal(new PipeCopyResult { BytesWritten = 32 * 1024, IsReaderGone = true }, result);
    }

    private static JsonTypeInfo<int> NumberType() => Numeric.Default.Int32;

    private static async IAsyncEnumerable<int> Numbers(int count)
    {
        await Task.CompletedTask;
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(params int[] lengths)
    {
        await Task.CompletedTask;
        foreach (int length in lengths)
        {
            yield return new byte[length];
        }
    }

    [System.Text.Json.Serialization.JsonSerializable(typeof(int))]
    private sealed partial class Numeric : System.Text.Json.Serialization.JsonSerializerContext;

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        public int Flushes { get; private set; }

        public int Bytes { get; private set; }

        public override void Advance(int bytes)
        {
            Bytes += bytes;
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return inner.FlushAsync(cancellationToken);
        }
    }
}
