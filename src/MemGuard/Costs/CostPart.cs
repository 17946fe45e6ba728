namespace MemGuard.Costs;

/// <summary>A part of MemGuard, as far as what it costs can be told from the others.</summary>
internal enum CostPart
{
    /// <summary>The sampler's thread: samples, trends, black box.</summary>
    Sampling,

    /// <summary>The alert thread: gathering evidence, lines, reports.</summary>
    Alerts,

    /// <summary>The recording of samples.</summary>
    Recording,

    /// <summary>The thread that writes into the host's log.</summary>
    Logger,

    /// <summary>The threads of heap snapshots and allocation profiles.</summary>
    Snapshots,

    /// <summary>The file that survives the process.</summary>
    BlackBox,

    /// <summary>Diagnostic reports.</summary>
    Reports,
}
