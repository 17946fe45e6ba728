using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>What a factory of <c>GetOrCreate</c> has made, and for how long the cache keeps it; made by <see cref="CacheEntry"/>.</summary>
/// <typeparam name="TValue">The value.</typeparam>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Nobody compares what a factory hands over.")]
public readonly struct CacheEntry<TValue>
{
    internal CacheEntry(TValue value, TimeSpan? timeToLive, bool isKept)
    {
        Value = value;
        TimeToLive = timeToLive;
        IsKept = isKept;
    }

    /// <summary>The value.</summary>
    public TValue Value { get; }

    /// <summary>Time after which it is gone; null where the cache's options say.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>Whether the cache stores it. False in a <c>default</c> one too.</summary>
    public bool IsKept { get; }
}
