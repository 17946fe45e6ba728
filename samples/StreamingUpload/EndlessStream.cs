namespace StreamingUpload;

/// <summary>A source of a given length that holds nothing.</summary>
public sealed class EndlessStream(long length) : Stream
{
    private long _read;

    /// <value>After so many bytes it gives no more and waits for its reader to give up. By default it does not stop.</value>
    public long? StopsAt { get; init; }

    public Action? Stopped { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int now = (int)Math.Min(buffer.Length, (StopsAt ?? length) - _read);
        buffer[..now].Fill((byte)'x');
        _read += now;
        return now;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read >= StopsAt)
        {
            Stopped?.Invoke();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
