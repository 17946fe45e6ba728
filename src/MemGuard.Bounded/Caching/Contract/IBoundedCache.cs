using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Bounded;

/// <summary>What code needs of a cache, so that its tests can put another in the place of <see cref="BoundedCache{TKey,TValue}"/>.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public interface IBoundedCache<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    /// <inheritdoc cref="BoundedCache{TKey,TValue}.Count"/>
    int Count { get; }

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.Capacity"/>
    int Capacity { get; }

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.TryGetValue(TKey, out TValue)"/>
    bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.GetOrAdd(TKey, Func{TKey, TValue})"/>
    TValue GetOrAdd(TKey key, Func<TKey, TValue> factory);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.GetOrAddAsync(TKey, Func{TKey, CancellationToken, ValueTask{TValue}}, CancellationToken)"/>
    ValueTask<TValue> GetOrAddAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.Set(TKey, TValue)"/>
    CacheSetResult Set(TKey key, TValue value);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.TryAdd(TKey, TValue)"/>
    bool TryAdd(TKey key, TValue value);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.TryUpdate(TKey, TValue, TValue)"/>
    bool TryUpdate(TKey key, TValue value, TValue comparisonValue);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.TryRemove(TKey, out TValue)"/>
    bool TryRemove(TKey key, [MaybeNullWhen(false)] out TValue value);

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.Clear"/>
    void Clear();

    /// <inheritdoc cref="BoundedCache{TKey,TValue}.GetStatistics"/>
    BoundedCacheStatistics GetStatistics();
}
