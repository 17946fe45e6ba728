namespace MemGuard.Containers;

/// <summary>
/// Reads the memory control group of this process through kept handles: the tightest limit on the way from its own group to the
/// top of what it can see.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class CgroupMemory : IContainerMemory, IDisposable
{
    private const string GroupPath = "/proc/self/cgroup";

    // Both are what a kernel or a hypervisor left over: they differ by a few percent without meaning.
    private const double ShownShare = 0.95;

    private readonly ISystemFiles _files;
    private readonly CgroupFile _machinePressure;
    private readonly byte[] _buffer = new byte[16384];

    private readonly long? _viewBytes;

    // From the process's own group (first) to the top.
    private readonly List<CgroupLevel> _levels = [];

    // The text from which the levels were made: another one means another group.
    private string? _groups;

    private bool _isHidden;

    /// <param name="files">The system's files.</param>
    /// <param name="viewBytes">The memory that the garbage collector counts on; null when it does not tell.</param>
    public CgroupMemory(ISystemFiles files, long? viewBytes = null)
    {
        _files = files;
        _viewBytes = viewBytes;
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
        (CgroupLevel? level, long? limit, long? high, bool isReadable) = FindTightest();
        bool isKnown = isReadable && !_isHidden;
        long? machine = PhysicalMemory.Read(_files);

        // Above what the machine has a limit is none. Below lxcfs the machine that is shown is the container, though no group says so.
        bool isOnlyShown = limit is null && isKnown && machine < _viewBytes * ShownShare;
        details = details with
        {
            LimitBytes = isOnlyShown || machine < limit ? machine : limit,
            IsLimitOnlyShown = isOnlyShown,
            HighBytes = high < machine || machine is null ? high : null,
            HasUnreadableLimit = !isKnown,
        };
        return level is null
            ? details
            : level.Describe(details with { Version = Mount!.Version, GroupDirectory = level.Directory, UsageBytes = level.Usage.ReadNumber() }, _buffer);
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
        _isHidden = CgroupMount.IsHidden(groups, Mount);
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

    /// <returns>The level whose limit, hard or not, comes first; the tightest limit of each kind; whether all limits could be read.</returns>
    private (CgroupLevel? Level, long? Limit, long? High, bool IsReadable) FindTightest()
    {
        if (_levels.Count == 0)
        {
            return (null, null, null, true);
        }

        CgroupLevel found = _levels[0];
        long? tightest = found.ReadInheritedLimit(_buffer);
        long? lowestHigh = null;
        long first = tightest ?? long.MaxValue;
        long foundNearest = long.MaxValue;
        foreach (CgroupLevel level in _levels)
        {
            // A limit further up is one, but perhaps not the tightest. Usage without a limit is a file that somebody hides.
            if (!level.Limit.TryReadLimit(out long? limit) || (!level.Limit.Exists && level.Usage.Exists))
            {
                return (found, null, null, false);
            }

            long? high = level.ReadHigh();
            long nearest = Math.Min(limit ?? long.MaxValue, high ?? long.MaxValue);
            if (nearest < first || (nearest == first && nearest < foundNearest))
            {
                (found, first, foundNearest) = (level, nearest, nearest);
            }

            tightest = limit < (tightest ?? long.MaxValue) ? limit : tightest;
            lowestHigh = high < (lowestHigh ?? long.MaxValue) ? high : lowestHigh;
        }

        return (found, tightest, lowestHigh, true);
    }
}
