namespace MemGuard.HeapSnapshots;

/// <summary>A place that holds more than in an earlier snapshot.</summary>
/// <param name="Place">The place as it is now.</param>
/// <param name="GrowthBytes">Retained bytes now less those in the earlier snapshot.</param>
/// <param name="GrowthCount">Entries now less those in the earlier snapshot.</param>
/// <param name="ShareRatio">Its share of the whole heap's growth, 0–1; above 1 when other places shrank.</param>
public sealed record HeapGrowth(HeapDominator Place, long GrowthBytes, long GrowthCount, double ShareRatio)
{
    /// <summary>Whether it grew in every interval when more than two snapshots were compared.</summary>
    public bool GrewInEveryInterval { get; init; } = true;
}
