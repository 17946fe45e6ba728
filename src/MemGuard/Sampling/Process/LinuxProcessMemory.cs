using MemGuard.Containers;

namespace MemGuard.Sampling;

/// <summary>Reads <c>/proc/self/statm</c> through a kept handle: a microsecond, no garbage.</summary>
internal sealed class LinuxProcessMemory(ISystemFiles files, int pageSize) : IProcessMemory, IDisposable
{
    private const string Path = "/proc/self/statm";

    private ISystemFile? _file = files.Open(Path);

    public ProcessReading Read()
    {
        _file ??= files.Open(Path);
        if (_file is null)
        {
            return default;
        }

        Span<byte> buffer = stackalloc byte[256];
        int length = _file.Read(buffer);
        if (length < 0)
        {
            _file.Dispose();
            _file = null;
            return default;
        }

        return Parse(buffer[..length], pageSize);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Reads the seven page counts <c>size resident shared text lib data dt</c>.</summary>
    internal static ProcessReading Parse(ReadOnlySpan<byte> text, int pageSize)
    {
        if (text is not [.., (byte)'\n'])
        {
            return default;
        }

        Span<Range> fields = stackalloc Range[8];
        ReadOnlySpan<byte> line = text[..^1];
        int count = 0;
        foreach (Range field in line.Split((byte)' '))
        {
            if (count == 7)
            {
                return default;
            }

            fields[count++] = field;
        }

        if (count != 7
            || !SystemText.TryParseNumber(line[fields[1]], out long resident)
            || !SystemText.TryParseNumber(line[fields[2]], out long shared)
            || resident > long.MaxValue / pageSize)
        {
            return default;
        }

        // The two counters are summed lazily over the cores: the difference can be a little below zero in a tiny process.
        return new ProcessReading(resident * pageSize, shared <= resident ? (resident - shared) * pageSize : null);
    }
}
