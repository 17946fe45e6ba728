namespace MemGuard.AspNetCore;

/// <summary>What MemGuard's endpoints may do beyond showing.</summary>
public sealed class MemGuardEndpointOptions
{
    /// <summary>Lets users of the page take heap snapshots, within the limits of <c>HeapSnapshotOptions</c>. Each one is written to the log with the user's name.</summary>
    /// <value>The default is false: a snapshot stops the process for a moment.</value>
    public bool AllowSnapshots { get; set; }
}
