namespace MemGuard.Containers;

/// <summary>
/// Reads the memory control group of this process through kept handles: the tightest limit on the way from its own group to the
/// top of what it can see.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class CgroupMemory : IContainerMemory, IDisposable
{
    private const string GroupPath = "/proc/self/cgroup";

    private readonly ISystemFiles _files;
    private readonly CgroupFile _machinePressure;
    private readonly byte[] _buffer = new byte[16384];

    // From the process's own group (first) to the top.
    private readonly List<CgroupLevel> _levels = [];

    // The text from which the levels were made: another one means another group.
    private string? _groups;

    public CgroupMemory(ISystemFiles files)
    {
        _files = files;
        _machinePressure = new CgroupFile(files, "/proc/pressure/memory");
        Resolve(files.ReadText(GroupPath));
    }

    /// <summary>Where the group is; null when none was found.</summary>
    public CgroupMount? Mount { get; private set; }

    public ContainerDetails Read()
    {
        string? groups = _files.ReadText(GroupPath);
        if (groups != _groups)
        {
            Resolve(groups);
        }

        foreach (CgroupLevel each in _levels)
        {
            each.Retry();
        }

        int length = _machinePressure.Read(_buffer);
        ContainerDetails details = new() { StallDuration = PressureStall.Parse(_buffer.AsSpan(0, Math.Max(0, length))) };
        (CgroupLevel? level, long? limit, bool isReadable) = FindTightest();
        if (level is null)
        {
            return details;
        }

        details = details with
        {
            Version = Mount!.Version,
            GroupDirectory = level.Directory,
            LimitBytes = limit,
            HasUnreadableLimit = !isReadable,
            UsageBytes = level.Usage.ReadNumber(),
        };
        return level.Describe(details, _buffer);
    }

    public void Dispose()
    {
        DisposeLevels();
        _machinePressure.Dispose();
    }

    private void Resolve(string? groups)
    {
        DisposeLevels();
        _groups = groups;
        using SystemLines? mountInfo = SystemLines.Open(_files, "/proc/self/mountinfo");
        Mount = CgroupMount.Find(groups, mountInfo);
        for (string? directory = Mount?.Directory; directory is not null; directory = Above(directory))
        {
            _levels.Add(Mount!.Version == CgroupVersion.V1 ? new CgroupV1(_files, directory) : new CgroupV2(_files, directory));
        }
    }

    private void DisposeLevels()
    {
        foreach (CgroupLevel level in _levels)
        {
            level.Dispose();
        }

        _levels.Clear();
    }

    private string? Above(string directory)
    {
        int slash = directory.LastIndexOf('/');
        return directory.Length > Mount!.MountPoint.Length && slash > 0 ? directory[..slash] : null;
    }

    private (CgroupLevel? Level, long? Limit, bool IsReadable) FindTightest()
    {
        long? tightest = null;
        CgroupLevel? found = _levels.Count > 0 ? _levels[0] : null;
        foreach (CgroupLevel level in _levels)
        {
            if (!level.Limit.TryReadLimit(out long? limit))
            {
                // A limit further up is one, but perhaps not the tightest.
                return (found, null, false);
            }

            if (limit is not null && (tightest is null || limit < tightest))
            {
                (found, tightest) = (level, limit);
            }
        }

        return (found, tightest, true);
    }
}
