using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>Bounds any pipe writer.</summary>
public static class BoundedPipeWriterExtensions
{
    /// <summary>Wraps the writer so that at most <paramref name="maxUnflushedBytes"/> pile up in it. Use the result in its place.</summary>
    /// <param name="writer">For example <c>HttpResponse.BodyWriter</c>.</param>
    /// <param name="maxUnflushedBytes">The bound; see <see cref="BoundedPipeWriterOptions.MaxUnflushedBytes"/>.</param>
    /// <param name="stalledReaderTimeout">How long a flush waits for the reader; null for 30 seconds.</param>
    /// <param name="readerStalled">See <see cref="BoundedPipeWriterOptions.ReaderStalled"/>; under ASP.NET Core, <c>HttpContext.Abort</c>.</param>
    /// <param name="member">Filled in by the compiler: the name and the origin in messages.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public static BoundedPipeWriter LimitUnflushed(
        this PipeWriter writer,
        long maxUnflushedBytes,
        TimeSpan? stalledReaderTimeout = null,
        Action? readerStalled = null,
        [CallerMemberName] string member = "",
        [CallerLineNumber] int line = 0)
    {
        BoundedPipeWriterOptions options = new() { Name = member.Length > 0 ? member : "pipe_writer", MaxUnflushedBytes = maxUnflushedBytes, ReaderStalled = readerStalled };
        options.FlushThreshold = (int)Math.Clamp(maxUnflushedBytes, 1, options.FlushThreshold);
        options.StalledReaderTimeout = stalledReaderTimeout ?? options.StalledReaderTimeout;
        return new BoundedPipeWriter(writer, options, timeProvider: null, member, line);
    }

    /// <summary>Wraps the writer with all options at hand. Use the result in its place.</summary>
    /// <param name="writer">For example <c>HttpResponse.BodyWriter</c>.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="member">Filled in by the compiler: the origin in messages.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public static BoundedPipeWriter LimitUnflushed(
        this PipeWriter writer,
        BoundedPipeWriterOptions options,
        [CallerMemberName] string member = "",
        [CallerLineNumber] int line = 0) => new(writer, options, timeProvider: null, member, line);
}
