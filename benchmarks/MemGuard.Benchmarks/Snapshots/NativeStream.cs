using System.Runtime.InteropServices;

namespace MemGuard.Benchmarks.Snapshots;

/// <summary>A stream in native memory: a copy of half a gigabyte on the managed heap would change what is measured.</summary>
internal sealed unsafe class NativeStream : Stream
{
    private byte* _bytes;
    private long _capacity;
    private long _length;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public void Rewind() => _position = 0;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, _length - _position);
        new Span<byte>(_bytes + _position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_length + buffer.Length > _capacity)
        {
            _capacity = Math.Max(2 * _capacity, 64 << 20);
            _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)_capacity);
        }

        buffer.CopyTo(new Span<byte>(_bytes + _length, buffer.Length));
        _length += buffer.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        base.Dispose(disposing);
    }
}
