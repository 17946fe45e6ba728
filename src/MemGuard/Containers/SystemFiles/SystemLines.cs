namespace MemGuard.Containers;

/// <summary>Reads a virtual file of any length line by line, through one small buffer.</summary>
/// <remarks>A list of maps or mounts may have megabytes: as one text it would lie among the large objects of a process that only idles.</remarks>
internal sealed class SystemLines : IDisposable
{
    private const int LongestLine = 16384;

    private readonly ISystemFile _file;
    private readonly byte[] _buffer = new byte[LongestLine];
    private int _start;
    private int _end;
    private long _offset;
    private bool _isAtEnd;
    private bool _isTooLong;

    private SystemLines(ISystemFile file) => _file = file;

    /// <summary>Whether all was read, and the last line had its end. Known once there is no further line.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Null when the file is absent or may not be read.</summary>
    public static SystemLines? Open(ISystemFiles files, string path) => files.Open(path) is { } file ? new SystemLines(file) : null;

    /// <summary>The next line, without its end, until the next call. What has no line end is cut off, so it is no line; one of more than 16 KB is passed over.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                if (!_isTooLong)
                {
                    return true;
                }

                _isTooLong = false;
            }
            else if (_isAtEnd || !Fill())
            {
                line = default;
                return false;
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == LongestLine)
        {
            _isTooLong = true;
            _end = 0;
        }

        int length = _file.Read(_buffer.AsSpan(_end), _offset);
        if (length <= 0)
        {
            _isAtEnd = true;
            IsWhole = length == 0 && _end == 0 && !_isTooLong;
            return false;
        }

        _end += length;
        _offset += length;
        return true;
    }
}
