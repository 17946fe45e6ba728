namespace MemGuard.Trends;

/// <summary>The rule by which growth counts as a leak.</summary>
internal enum GrowthRule
{
    None,

    /// <summary>It eats a large share of the headroom.</summary>
    Urgent,

    /// <summary>It has gone on for hours and reaches the limit within the horizon.</summary>
    Slow,

    /// <summary>It is large compared with where it started, whatever the limit.</summary>
    Big,

    /// <summary>Several full collections in a row left more alive, and the limit is minutes away.</summary>
    FullCollections,
}
