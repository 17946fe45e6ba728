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

        ReadOnlySpan<byte> rest = text[..^1];
        long resident = 0;
        long shared = 0;
        int count = 0;
        for (int end = 0; end >= 0; count++)
        {
            end = rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> field = end < 0 ? rest : rest[..end];
            if ((count == 1 && !SystemText.TryParseNumber(field, out resident)) || (count == 2 && !SystemText.TryParseNumber(field, out shared)))
            {
                return default;
            }

            rest = rest[(end + 1)..];
        }

        if (count != 7 || resident > long.MaxValue / pageSize)
        {
            return default;
        }

        // The two counters are summed lazily over the cores: the difference can be a little below zero in a tiny process.
        return new ProcessReading(resident * pageSize, shared <= resident ? (resident - shared) * pageSize : null);
    }
}
