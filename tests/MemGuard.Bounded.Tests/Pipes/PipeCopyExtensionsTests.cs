using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

namespace MemGuard.Bounded.Tests.Pipes;

public sealed partial class PipeCopyExtensionsTests
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
    private int _produced;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CopyFromAsync_LargeStream_ArrivesWhole(bool isBounded)
    {
        byte[] sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        PipeWriter writer = isBounded ? _pipe.Writer.LimitUnflushed(100_000) : _pipe.Writer;
        Task<byte[]> reading = Task.Run(ReadToEndAsync);

        PipeCopyResult result = await writer.CopyFromAsync(new MemoryStream(sent));
        await writer.CompleteAsync();

        Assert.Equal(new PipeCopyResult { BytesWritten = sent.Length, IsReaderGone = false }, result);
        Assert.Equal(sent, await reading);
    }

    [Fact]
    public async Task CopyFromAsync_PieceLargerThanTheBound_ArrivesWhole()
    {
        BoundedPipeWriter writer = _pipe.Writer.LimitUnflushed(10_000);
        Task<byte[]> reading = Task.Run(ReadToEndAsync);

        PipeCopyResult result = await writer.CopyFromAsync(Produce(3, 100_000));
        await writer.CompleteAsync();

        Assert.Equal(300_000, result.BytesWritten);
        Assert.Equal(300_000, (await reading).Length);
    }

    [Fact]
    public async Task CopyFromAsync_ReaderDoesNotRead_SourceIsNotDrawnDry()
    {
        BoundedPipeWriter writer = _pipe.Writer.LimitUnflushed(10_000);

        Task<PipeCopyResult> copying = writer.CopyFromAsync(Produce(1_000_000, 1000)).AsTask();
        Assert.False(copying.IsCompleted);
        int producedWhileStopped = _produced;
        await _pipe.Reader.CompleteAsync();
        PipeCopyResult result = await copying;

        Assert.InRange(producedWhileStopped, 60, 100);
        Assert.True(result.IsReaderGone);
    }

    [Fact]
    public async Task WriteNdjsonAsync_Objects_WritesOneLineEach()
    {
        BoundedPipeWriter writer = _pipe.Writer.LimitUnflushed(100_000);
        Task<byte[]> reading = Task.Run(ReadToEndAsync);

        PipeCopyResult result = await writer.WriteNdjsonAsync(ProduceOrders(3), OrderContext.Default.Order);
        await writer.CompleteAsync();

        string text = Encoding.UTF8.GetString(await reading);
        Assert.Equal("{\"Id\":0}\n{\"Id\":1}\n{\"Id\":2}\n", text);
        Assert.Equal(text.Length, result.BytesWritten);
    }

    private static async IAsyncEnumerable<Order> ProduceOrders(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.CompletedTask;
            yield return new Order(i);
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> Produce(int count, int size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            _produced++;
            yield return new byte[size];
        }
    }

    private async Task<byte[]> ReadToEndAsync()
    {
        using MemoryStream read = new();
        await _pipe.Reader.CopyToAsync(read);
        return read.ToArray();
    }

    public sealed record Order(int Id);

    [JsonSerializable(typeof(Order))]
    internal sealed partial class OrderContext : JsonSerializerContext;
}
