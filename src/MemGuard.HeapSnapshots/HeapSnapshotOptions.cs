using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots;

/// <summary>Limits and triggers of heap snapshots. Configuration section <c>MemGuard:HeapSnapshots</c>.</summary>
public sealed class HeapSnapshotOptions
{
    /// <summary>Takes a baseline when a leak is suspected and a second snapshot when it is confirmed, to name what holds the memory in the alert.</summary>
    /// <value>The default is true.</value>
    public bool CaptureOnAlert { get; set; } = true;

    /// <summary>Profiles allocations for three seconds when the process spends its time collecting (GC thrash), to name in the alert what allocates.</summary>
    /// <value>The default is true.</value>
    public bool ProfileOnAlert { get; set; } = true;

    /// <summary>Takes a snapshot on SIGUSR2 (Unix).</summary>
    /// <value>The default is true. When false the signal is still caught and logged, because without a handler it would end the process.</value>
    public bool CaptureOnSignal { get; set; } = true;

    /// <summary>The directory below which snapshots and the rate limit's state are kept. It must survive a restart of the process for the rate limit to do so.</summary>
    /// <value>The default is null: <c>memguard-{user}-{application}</c> below the system's temporary directory. A private directory of mode 0700 is made in it; links are refused.</value>
    public string? Directory { get; set; }

    /// <summary>Writes the snapshot and its reports (text, Markdown, JSON) to <see cref="Directory"/>.</summary>
    /// <value>The default is true. When false only the rate limit's state is written.</value>
    public bool KeepFiles { get; set; } = true;

    /// <summary>Keeps the raw event stream (<c>heap.nettrace</c>) too, which PerfView and dotnet-gcdump read.</summary>
    /// <value>The default is false: it takes about 45 bytes an object.</value>
    public bool KeepStream { get; set; }

    /// <summary>How the heap is read.</summary>
    /// <value>The default is <see cref="CaptureMethod.Automatic"/>.</value>
    public CaptureMethod CaptureMethod { get; set; }

    /// <summary>A snapshot that would stop the process for longer is refused.</summary>
    /// <value>The default is 2 seconds. From 10 milliseconds to 5 minutes. The estimate is the last full collection's pause and 250 ns an object.</value>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The least time between two snapshots of the same cause (code, alert, signal); a third of it between any two.</summary>
    /// <value>The default is 30 seconds. From 0 to 1 day. Survives restarts.</value>
    public TimeSpan MinimumInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most snapshots in 24 hours; each cause may use half of them.</summary>
    /// <value>The default is 24. From 1 to 1,000. Survives restarts.</value>
    public int MaxPerDay { get; set; } = 24;

    /// <summary>How many snapshots are kept on disk; the oldest are deleted.</summary>
    /// <value>The default is 10. From 1 to 1,000.</value>
    public int MaxKept { get; set; } = 10;

    /// <summary>How many bytes of snapshots are kept on disk; the oldest are deleted.</summary>
    /// <value>The default is 256 MB. At least 1 MB.</value>
    public long MaxKeptBytes { get; set; } = 256L << 20;

    /// <summary>How long snapshots are kept on disk.</summary>
    /// <value>The default is 7 days. From 1 minute to 10 years.</value>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Positions of paths that are named however small they are: those that a test asks about.</summary>
    internal Func<IReadOnlyList<PathNode>, IEnumerable<int>>? AlsoNamed { get; set; }
}
