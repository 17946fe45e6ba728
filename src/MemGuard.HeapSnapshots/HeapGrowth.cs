namespace MemGuard.HeapSnapshots;

/// <summary>A leak suspect that holds more than in an earlier snapshot.</summary>
/// <remarks>Immutable.</remarks>
public sealed record HeapGrowth
{
    /// <summary>The suspect as it is now.</summary>
    public required HeapDominator Place { get; init; }

    /// <summary>Retained bytes now less those in the earlier snapshot.</summary>
    public required long GrowthBytes { get; init; }

    /// <summary>Entries now less those in the earlier snapshot.</summary>
    public required long GrowthCount { get; init; }

    /// <summary>Its share of the whole heap's growth, 0–1; above 1 when others shrank.</summary>
    public required double ShareRatio { get; init; }

    /// <summary>Whether it grew in every interval when more than two snapshots were compared.</summary>
    public bool GrewInEveryInterval { get; init; } = true;
}
