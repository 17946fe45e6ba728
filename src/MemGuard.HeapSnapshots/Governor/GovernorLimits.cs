namespace MemGuard.HeapSnapshots.Governor;

/// <summary>What the governor allows.</summary>
internal sealed record GovernorLimits
{
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two snapshots of the same cause; a third of it between any two.</summary>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>In 24 hours, of all causes; one cause may use half of them.</summary>
    public int MaxPerDay { get; init; } = 24;

    /// <summary>Whether the raw stream is written to disk too.</summary>
    public bool KeepsStream { get; init; }

    /// <summary>Memory that must stay free beside what the capture takes.</summary>
    public long MemoryMarginBytes { get; init; } = 32L << 20;
}
