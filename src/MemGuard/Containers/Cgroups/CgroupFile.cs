using System.Runtime.CompilerServices;

namespace MemGuard.Containers;

/// <summary>One control file of a group, opened when it is first read and again after it failed. A file that is absent reads as null.</summary>
internal sealed class CgroupFile(ISystemFiles files, string path) : IDisposable
{
    /// <summary>The first generation has no word for "unlimited": it shows the largest multiple of the page size below 2^63.</summary>
    public const long UnlimitedFrom = 1L << 60;

    private ISystemFile? _file;
    private bool _isAbsent;

    /// <summary>Whether the file could be opened at the last attempt.</summary>
    public bool Exists => TryOpen();

    /// <summary>The one number in it; null also for <c>max</c> and for a number that means unlimited.</summary>
    public long? ReadNumber()
    {
        Span<byte> buffer = stackalloc byte[64];
        int length = Read(buffer);
        return length > 0 && length < buffer.Length && SystemText.TryParseSingle(buffer[..length], out long value) && value < UnlimitedFrom
            ? value
            : null;
    }

    /// <summary>The limit in it; null when there is none.</summary>
    /// <returns>False when there is content that is no limit: then nothing is known, not even that there is none.</returns>
    public bool TryReadLimit(out long? limit)
    {
        limit = null;
        if (!Exists)
        {
            return true;
        }

        Span<byte> buffer = stackalloc byte[64];
        int length = Read(buffer);
        ReadOnlySpan<byte> text = length > 0 ? buffer[..length] : default;
        if (text.SequenceEqual("max\n"u8))
        {
            return true;
        }

        if (!SystemText.TryParseSingle(text, out long value))
        {
            return false;
        }

        limit = value < UnlimitedFrom ? value : null;
        return true;
    }

    /// <summary>Reads the whole file.</summary>
    /// <returns>The length, or -1 when it cannot be read or does not fit.</returns>
    [MethodImpl(EverySample.Compiled)]
    public int Read(Span<byte> buffer)
    {
        if (!TryOpen())
        {
            return -1;
        }

        int length = _file!.Read(buffer);
        if (length < 0)
        {
            _file.Dispose();
            _file = null;
        }

        return length < buffer.Length ? length : -1;
    }

    /// <summary>Looks for an absent file again at the next read.</summary>
    public void Retry() => _isAbsent = false;

    public void Dispose() => _file?.Dispose();

    private bool TryOpen()
    {
        if (_file is null && !_isAbsent)
        {
            _file = files.Open(path);
            _isAbsent = _file is null;
        }

        return _file is not null;
    }
}
