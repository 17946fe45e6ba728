namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The report as data: the snapshot without its path sums, and the growth.</summary>
internal sealed record ReportData
{
    public required SnapshotData Snapshot { get; init; }

    public long? GrowthBytes { get; init; }

    public long? UnexplainedBytes { get; init; }

    public IReadOnlyList<HeapGrowth>? Growth { get; init; }
}
