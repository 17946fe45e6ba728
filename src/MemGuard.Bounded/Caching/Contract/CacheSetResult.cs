namespace MemGuard.Bounded;

/// <summary>What became of a value that was set.</summary>
public enum CacheSetResult
{
    /// <summary>The key is new in the cache.</summary>
    Added,

    /// <summary>The key had another value, which is gone.</summary>
    Replaced,

    /// <summary>The value alone is heavier than the cache may be. It was not stored; a former value of the key was removed.</summary>
    RefusedTooHeavy,
}
