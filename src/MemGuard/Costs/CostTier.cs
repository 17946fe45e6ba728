namespace MemGuard.Costs;

/// <summary>How much MemGuard does, from all to little.</summary>
internal enum CostTier
{
    /// <summary>Everything, as the options say.</summary>
    Full,

    /// <summary>What is dear to read is read less often.</summary>
    FewerReadings,

    /// <summary>Samples are taken less often too.</summary>
    FewerSamples,
}
