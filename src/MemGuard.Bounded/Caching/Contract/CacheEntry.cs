namespace MemGuard.Bounded;

/// <summary>Makes what a factory of <c>GetOrCreate</c> returns.</summary>
public static class CacheEntry
{
    /// <summary>A value that is kept for as long as the cache's options say.</summary>
    public static CacheEntry<TValue> Create<TValue>(TValue value) => new(value, timeToLive: null, isKept: true);

    /// <summary>A value that is good for a time of its own.</summary>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">Time from now after which it is gone. At least 1 millisecond; <see cref="TimeSpan.MaxValue"/> for never.</param>
    public static CacheEntry<TValue> Create<TValue>(TValue value, TimeSpan timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromMilliseconds(1));
        return new CacheEntry<TValue>(value, timeToLive, isKept: true);
    }

    /// <summary>A value for those who wait for it now: the next caller has it made again. A value that the key still has is removed.</summary>
    public static CacheEntry<TValue> DoNotKeep<TValue>(TValue value) => new(value, timeToLive: null, isKept: false);
}
