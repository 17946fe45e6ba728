namespace MemGuard.Bounded;

/// <summary>An entry that left, or a value that was refused.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Reason">Why it left.</param>
/// <param name="IsRefused">Whether it never was in the cache: then it is still its owner's.</param>
internal readonly record struct CacheRemoval<TKey, TValue>(TKey Key, TValue Value, EvictionReason Reason, bool IsRefused);
