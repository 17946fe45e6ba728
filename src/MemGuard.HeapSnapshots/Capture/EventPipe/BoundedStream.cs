using System.Diagnostics;
using System.Globalization;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Reads no more bytes than expected, and no longer: whatever is at the other end can neither fill the memory nor hold the thread.</summary>
/// <param name="inner">The stream; one that knows no timeout is bounded in bytes only.</param>
/// <param name="maxBytes">The most bytes that may come.</param>
/// <param name="timeout">By when they must have come.</param>
internal sealed class BoundedStream(Stream inner, long maxBytes, TimeSpan timeout) : Stream
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        TimeSpan left = timeout - Stopwatch.GetElapsedTime(_start);
        if (left <= TimeSpan.Zero)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"The stream did not end within {timeout.TotalSeconds:F0} s."));
        }

        if (inner.CanTimeout)
        {
            inner.ReadTimeout = (int)Math.Clamp(left.TotalMilliseconds, 1, int.MaxValue);
        }

        int read = inner.Read(buffer);
        _read += read;
        return _read <= maxBytes ? read : throw new InvalidDataException($"The stream is longer than the {ByteText.Of(maxBytes)} that were asked for.");
    }

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
