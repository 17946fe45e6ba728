using System.IO.Pipelines;
using MemGuard.Bounded;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MemGuard.AspNetCore.Backpressure;

/// <summary>The body of one response behind a bounded writer. Both ways to write, by stream and by writer, go through it.</summary>
/// <remarks>For one request. The writer is made when somebody first asks for it: most answers of a gateway are never written by a handler.</remarks>
internal sealed class LimitedResponseBody(HttpContext context, IHttpResponseBodyFeature inner, ResponseLimits limits, string name, ILogger logger, TimeProvider? time) : IHttpResponseBodyFeature
{
    private BoundedPipeWriter? _writer;
    private Stream? _stream;

    public Stream Stream => _stream ??= Bounded.AsStream(leaveOpen: true);

    public PipeWriter Writer => Bounded;

    private BoundedPipeWriter Bounded => _writer ??= new BoundedPipeWriter(
        inner.Writer,
        new BoundedPipeWriterOptions
        {
            Name = name,
            MaxUnflushedBytes = limits.MaxUnflushedBytes,
            FlushThreshold = limits.FlushThreshold,
            StalledReaderTimeout = limits.SlowClientTimeout,
            Logger = logger,

            // The one way that frees handler and connection at once.
            ReaderStalled = context.Abort,
        },
        time,
        nameof(ResponseLimitExtensions.UseMemGuardResponseLimits));

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    // Through the bounded stream: a client that does not read stalls a file as well.
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await FlushRestAsync().ConfigureAwait(false);
        await inner.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Sends what was written and not flushed, as the server would at the end, but not to a client that does not read.</summary>
    public async ValueTask FlushRestAsync()
    {
        if (_writer is { UnflushedBytes: > 0 } writer && !context.RequestAborted.IsCancellationRequested)
        {
            await writer.FlushAsync().ConfigureAwait(false);
        }
    }
}
