namespace MemGuard.Containers;

/// <summary>One group on the way from the process's own to the top: the files by which a generation of control groups speaks.</summary>
internal abstract class CgroupLevel : IDisposable
{
    private readonly List<CgroupFile> _files = [];
    private readonly ISystemFiles _system;

    protected CgroupLevel(ISystemFiles system, string directory, string limit, string usage)
    {
        _system = system;
        Directory = directory;
        Limit = Add(limit);
        Usage = Add(usage);
    }

    /// <summary>Where the group is.</summary>
    public string Directory { get; }

    /// <summary>The hard limit.</summary>
    public CgroupFile Limit { get; }

    /// <summary>Everything charged to the group.</summary>
    public CgroupFile Usage { get; }

    /// <summary>Adds what this group tells beyond limit and usage.</summary>
    /// <param name="details">What is known already.</param>
    /// <param name="buffer">Space for the longest of the files.</param>
    public abstract ContainerDetails Describe(ContainerDetails details, Span<byte> buffer);

    /// <summary>The hard limit that the group knows of, its own or one above it that cannot be seen; null when it tells none.</summary>
    /// <param name="buffer">Space for the longest of the files.</param>
    public virtual long? ReadInheritedLimit(Span<byte> buffer) => null;

    /// <summary>The limit from which on the kernel slows the group down; null when there is none.</summary>
    public virtual long? ReadHigh() => null;

    /// <summary>Looks again for the files that were absent: a controller can be switched on later.</summary>
    public void Retry()
    {
        foreach (CgroupFile file in _files)
        {
            file.Retry();
        }
    }

    public void Dispose()
    {
        foreach (CgroupFile file in _files)
        {
            file.Dispose();
        }
    }

    protected CgroupFile Add(string name)
    {
        CgroupFile file = new(_system, $"{Directory}/{name}");
        _files.Add(file);
        return file;
    }

    /// <summary>The part of the buffer that a file filled; empty when it cannot be read.</summary>
    protected static ReadOnlySpan<byte> ReadText(CgroupFile file, Span<byte> buffer)
    {
        int length = file.Read(buffer);
        return length > 0 ? buffer[..length] : default;
    }

    protected static long? Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key) => SystemText.TryParseKey(text, key, out long value) ? value : null;

    /// <summary>A sum whose first parts must be known; an overflow is unknown.</summary>
    protected static long? Sum(params ReadOnlySpan<long?> parts)
    {
        long total = 0;
        foreach (long? part in parts)
        {
            if (part is not (long bytes and >= 0) || bytes > long.MaxValue - total)
            {
                return null;
            }

            total += bytes;
        }

        return total;
    }
}
