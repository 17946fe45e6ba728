namespace MemGuard.AspNetCore;

/// <summary>What MemGuard's endpoints may do beyond showing.</summary>
public sealed class MemGuardEndpointOptions
{
    /// <summary>Lets users of the page take heap snapshots, within the limits of <c>HeapSnapshotOptions</c>. Each one is written to the log with the user's name.</summary>
    /// <value>The default is false: a snapshot stops the process for a moment.</value>
    public bool AllowSnapshots { get; set; }

    /// <summary>Lets users of the page download kept heap snapshots, as files that <c>memguard report</c>, <c>diff</c> and <c>export</c> read: names, counts and sizes. Each one is written to the log with the user's name.</summary>
    /// <value>The default is false.</value>
    public bool AllowDownloads { get; set; }

    /// <summary>Lets users of the page make a full collection in the background, within the budget of <c>IMemoryProbe</c>, to see how much of the heap is retained. Each one is written to the log with the user's name.</summary>
    /// <value>The default is false: marking a large heap takes processor time.</value>
    public bool AllowCollections { get; set; }
}
