using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.Caching.Tests;

/// <summary>Hears which entries left, on whatever thread.</summary>
internal sealed class EvictionLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(object Key, object? Value, EvictionReason Reason)> _evictions = new();

    public IEnumerable<object?> Values => _evictions.Select(static eviction => eviction.Value);

    public int Count => _evictions.Count;

    public MemoryCacheEntryOptions Watch(MemoryCacheEntryOptions options) => options.RegisterPostEvictionCallback(
        static (key, value, reason, state) => ((EvictionLog)state!)._evictions.Enqueue((key, value, reason)),
        this);

    /// <summary>The evictions, in order of their keys and reasons, once there are so many.</summary>
    public (string Key, EvictionReason Reason)[] Await(int count)
    {
        Assert.True(SpinWait.SpinUntil(() => _evictions.Count >= count, Patience));
        return [.. _evictions.Select(static eviction => ((string)eviction.Key, eviction.Reason)).OrderBy(static eviction => eviction.Item1, StringComparer.Ordinal).ThenBy(static eviction => eviction.Reason.ToString(), StringComparer.Ordinal)];
    }
}
