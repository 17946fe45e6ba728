namespace MemGuard.Costs;

/// <summary>What MemGuard does to the process beside watching it.</summary>
internal enum CostOperation
{
    /// <summary>A collection that confirms a suspicion.</summary>
    ConfirmingCollection,

    /// <summary>A forced collection that somebody asked <c>IMemoryProbe</c> for.</summary>
    Probe,

    /// <summary>A heap snapshot.</summary>
    HeapSnapshot,

    /// <summary>An allocation profile.</summary>
    AllocationProfile,
}
