namespace MemGuard.Recording;

/// <summary>Splits text into lines that are not blank, and refuses a line that no series has, so that garbage cannot fill the memory.</summary>
internal sealed class SeriesLineReader(TextReader reader, string name)
{
    private const int MaxLineChars = 64 * 1024;

    private readonly char[] _buffer = new char[4096];
    private char[] _line = new char[1024];
    private int _length;
    private int _bufferStart;
    private int _bufferEnd;

    /// <summary>The current line without its end and without surrounding blanks.</summary>
    public ReadOnlySpan<char> Current => _line.AsSpan(0, _length).Trim();

    /// <summary>The current line's number, from 1.</summary>
    public int Number { get; private set; }

    public bool MoveNext()
    {
        while (ReadLine())
        {
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    private bool ReadLine()
    {
        _length = 0;
        bool any = false;
        while (FillBuffer())
        {
            if (!any)
            {
                any = true;
                Number++;
            }

            ReadOnlySpan<char> rest = _buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart);
            int end = rest.IndexOf('\n');
            Append(end < 0 ? rest : rest[..end]);
            _bufferStart += end < 0 ? rest.Length : end + 1;
            if (end >= 0)
            {
                break;
            }
        }

        return any;
    }

    private bool FillBuffer()
    {
        if (_bufferStart == _bufferEnd)
        {
            _bufferStart = 0;
            _bufferEnd = reader.Read(_buffer, 0, _buffer.Length);
        }

        return _bufferStart < _bufferEnd;
    }

    private void Append(ReadOnlySpan<char> part)
    {
        if (_length + part.Length > MaxLineChars)
        {
            throw new SeriesFormatException(name, Number, null, $"the line is longer than {MaxLineChars} characters");
        }

        if (_length + part.Length > _line.Length)
        {
            Array.Resize(ref _line, int.Max(_line.Length * 2, _length + part.Length));
        }

        part.CopyTo(_line.AsSpan(_length));
        _length += part.Length;
    }
}
