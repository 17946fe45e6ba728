namespace MemGuard.Sampling;

/// <summary>The scalars of one <see cref="GCMemoryInfo"/>, copied so that decisions about them are pure functions.</summary>
internal readonly record struct GCRecord
{
    public long Index { get; init; }

    public int Generation { get; init; }

    public bool IsConcurrent { get; init; }

    public long HeapSizeBytes { get; init; }

    public long FragmentedBytes { get; init; }

    public long TotalCommittedBytes { get; init; }

    public long TotalAvailableMemoryBytes { get; init; }

    public long HighMemoryLoadThresholdBytes { get; init; }

    public TimeSpan FirstPause { get; init; }

    public TimeSpan SecondPause { get; init; }

    /// <summary>Live bytes: the heap's size less its free space.</summary>
    public long LiveBytes => HeapSizeBytes - FragmentedBytes;

    public static GCRecord From(GCMemoryInfo info)
    {
        ReadOnlySpan<TimeSpan> pauses = info.PauseDurations;
        return new GCRecord
        {
            Index = info.Index,
            Generation = info.Generation,
            IsConcurrent = info.Concurrent,
            HeapSizeBytes = info.HeapSizeBytes,
            FragmentedBytes = info.FragmentedBytes,
            TotalCommittedBytes = info.TotalCommittedBytes,
            TotalAvailableMemoryBytes = info.TotalAvailableMemoryBytes,
            HighMemoryLoadThresholdBytes = info.HighMemoryLoadThresholdBytes,
            FirstPause = pauses.Length > 0 ? pauses[0] : default,
            SecondPause = pauses.Length > 1 ? pauses[1] : default,
        };
    }

    /// <summary>Whether both describe the same heap: what a record that the runtime did not refresh has in common with an older one.</summary>
    public bool HasSameSizesAs(in GCRecord other) =>
        HeapSizeBytes == other.HeapSizeBytes
        && FragmentedBytes == other.FragmentedBytes
        && TotalCommittedBytes == other.TotalCommittedBytes;
}
