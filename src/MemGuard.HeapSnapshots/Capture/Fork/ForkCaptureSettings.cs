namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What a fork capture is given from outside.</summary>
internal sealed record ForkCaptureSettings
{
    /// <summary>Bytes to the nearest memory limit, now; null when unknown.</summary>
    public Func<long?> ReadFreeBytes { get; init; } = new LiveMemory().ReadFreeBytes;

    /// <summary>What would take longer is given up: meanwhile each page that the application writes is kept twice.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether to behave as if process_vm_readv were filtered.</summary>
    public bool IsCallFiltered { get; init; }

    /// <summary>Whether to behave as if the known graph were not found.</summary>
    public bool IsCanaryLost { get; init; }

    /// <summary>Why it must not be used; null when it may.</summary>
    public string? UnavailableBecause { get; init; }
}
