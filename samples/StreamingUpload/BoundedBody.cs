using MemGuard.Bounded;

namespace StreamingUpload;

/// <summary>A response body that buffers little and gives up on a client that does not read.</summary>
public sealed class BoundedBody(HttpContext context) : IAsyncDisposable
{
    public BoundedPipeWriter Writer { get; } = context.Response.BodyWriter.LimitUnflushed(new BoundedPipeWriterOptions
    {
        Name = "response",
        MaxUnflushedBytes = Gateway.MaxUnflushedBytes,
        StalledReaderTimeout = Gateway.StalledClientTimeout,
        ReaderStalled = context.Abort,
    });

    public ValueTask DisposeAsync() => Writer.CompleteAsync();
}
