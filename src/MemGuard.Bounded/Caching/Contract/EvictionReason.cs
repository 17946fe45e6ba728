namespace MemGuard.Bounded;

/// <summary>Why an entry left a cache.</summary>
public enum EvictionReason
{
    /// <summary>The cache was full, was trimmed, or its capacity was lowered.</summary>
    Capacity,

    /// <summary>Its weight was needed for another entry, or it was refused because it alone is heavier than the cache may be.</summary>
    Weight,

    /// <summary>Its time to live or its sliding expiration ended.</summary>
    Expired,

    /// <summary>Another value was set for its key.</summary>
    Replaced,

    /// <summary>It was removed by its key.</summary>
    Removed,

    /// <summary>The cache was cleared or disposed.</summary>
    Cleared,
}
