namespace MemGuard.Recording;

/// <summary>How much a recording may take.</summary>
internal sealed record SeriesWriterSettings
{
    /// <summary>Size at which the next file begins. A row is about 200 bytes: the default is half a day at one a second.</summary>
    public long MaxFileBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Files kept; the oldest goes when a new one begins.</summary>
    public int MaxFiles { get; init; } = 4;

    /// <summary>What the recordings of earlier processes in the same directory may take together; the oldest go first.</summary>
    public long MaxEarlierBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Recordings of earlier processes kept: a crash loop leaves many small ones.</summary>
    public int MaxEarlierRecordings { get; init; } = 16;

    /// <summary>Recording pauses while the disk has less than this free.</summary>
    public long MinimumFreeBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often the recording looks whether its file is still there: a cleaner may have deleted it.</summary>
    public TimeSpan PresenceInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Rows that wait for the writer; what comes when all are taken is dropped.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>Pause after a failure before the next try.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least time between two reports of a failure.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromHours(1);
}
