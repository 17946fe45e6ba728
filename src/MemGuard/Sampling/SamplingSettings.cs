namespace MemGuard.Sampling;

/// <summary>What the sampling stage needs to know of the options.</summary>
internal sealed record SamplingSettings
{
    /// <summary>Time between two samples.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A limit on the process's memory that the user states; it only ever tightens what is found.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>The user's cumulative count of the work done, such as requests served; called once a sample at most, on the thread pool.</summary>
    public Func<double>? LoadSignal { get; init; }

    /// <summary>Our own count, where the user names none: read on the sampling thread, since it can neither hang nor throw.</summary>
    public RequestCount? Requests { get; init; }
}
