namespace MemGuard.Containers;

/// <summary>
/// Reads the memory control group of this process through kept handles: the tightest limit on the way from its own group to the
/// top of what it can see.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class CgroupMemory : IContainerMemory, IDisposable
{
    // The first generation has no word for "unlimited": it shows the largest multiple of the page size below 2^63.
    private const long UnlimitedFrom = 1L << 60;

    private readonly ISystemFiles _files;

    // One entry for each group from the process's own (first) to the top; only groups that have a limit file.
    private readonly List<Level> _levels = [];

    // The level whose limit was the tightest at the last read: its usage is what counts against that limit.
    private Level? _tightest;

    public CgroupMemory(ISystemFiles files)
    {
        _files = files;
        Mount = CgroupMount.Find(files.ReadText("/proc/self/cgroup"), files.ReadText("/proc/self/mountinfo"));
        if (Mount is not null)
        {
            OpenLevels(Mount);
        }
    }

    /// <summary>Where the group is; null when none was found.</summary>
    public CgroupMount? Mount { get; }

    public ContainerReading Read()
    {
        long? limit = null;
        Level? tightest = null;
        foreach (Level level in _levels)
        {
            if (level.Limit.Read() is long bytes && (limit is null || bytes < limit))
            {
                limit = bytes;
                tightest = level;
            }
        }

        _tightest = tightest;
        return new ContainerReading(limit, (_tightest ?? (_levels.Count > 0 ? _levels[0] : null))?.Usage?.Read());
    }

    public void Dispose()
    {
        foreach (Level level in _levels)
        {
            level.Limit.Dispose();
            level.Usage?.Dispose();
        }
    }

    private void OpenLevels(CgroupMount mount)
    {
        (string limitName, string usageName) = mount.Version == CgroupVersion.V1
            ? ("memory.limit_in_bytes", "memory.usage_in_bytes")
            : ("memory.max", "memory.current");

        string directory = mount.Directory;
        while (true)
        {
            if (_files.Open($"{directory}/{limitName}") is { } limit)
            {
                ISystemFile? usage = _files.Open($"{directory}/{usageName}");
                _levels.Add(new Level(new NumberFile(limit), usage is null ? null : new NumberFile(usage)));
            }

            int slash = directory.LastIndexOf('/');
            if (directory.Length <= mount.MountPoint.Length || slash <= 0)
            {
                return;
            }

            directory = directory[..slash];
        }
    }

    private sealed record Level(NumberFile Limit, NumberFile? Usage);

    /// <summary>A file that holds one number; "max", a number that means unlimited, and anything else read as null.</summary>
    private sealed class NumberFile(ISystemFile file) : IDisposable
    {
        public long? Read()
        {
            Span<byte> buffer = stackalloc byte[64];
            int length = file.Read(buffer);
            return length > 0 && length < buffer.Length && SystemText.TryParseSingle(buffer[..length], out long value) && value < UnlimitedFrom
                ? value
                : null;
        }

        public void Dispose() => file.Dispose();
    }
}
