using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>
    /// The cache, asked by keys of another type. What finds an entry allocates nothing; a key is made of the other one where the cache needs one of its
    /// own: for a new entry, for a factory.
    /// </summary>
    /// <remarks>Thread-safe, as the cache is. The other keys are not kept. A <c>default</c> one has no cache and throws.</remarks>
    /// <typeparam name="TAlternateKey">The other type of key.</typeparam>
    [SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A view, as the framework's own lookups: nobody compares it.")]
    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "In the place where the framework's collections have theirs.")]
    public readonly struct AlternateLookup<TAlternateKey>
        where TAlternateKey : notnull, allows ref struct
    {
        private readonly IAlternateEqualityComparer<TAlternateKey, TKey> _comparer;

        internal AlternateLookup(BoundedCache<TKey, TValue> cache, IAlternateEqualityComparer<TAlternateKey, TKey> comparer)
        {
            Cache = cache;
            _comparer = comparer;
        }

        /// <summary>The cache that is asked.</summary>
        public BoundedCache<TKey, TValue> Cache { get; }

        /// <summary>Finds a value.</summary>
        /// <param name="key">The key.</param>
        /// <param name="value">The value, when found.</param>
        /// <returns>Whether the key is present and not expired.</returns>
        public bool TryGetValue(TAlternateKey key, [MaybeNullWhen(false)] out TValue value) => TryGetValue(key, out _, out value);

        /// <summary>Finds a value and the key that it is stored by.</summary>
        /// <param name="key">The key.</param>
        /// <param name="actualKey">The cache's own key, when found.</param>
        /// <param name="value">The value, when found.</param>
        /// <returns>Whether the key is present and not expired.</returns>
        public bool TryGetValue(TAlternateKey key, [MaybeNullWhen(false)] out TKey actualKey, [MaybeNullWhen(false)] out TValue value)
        {
            if (Cache.TryFind(key, _comparer, out actualKey, out value, out _))
            {
                Cache._counters?.CountHit();
                return true;
            }

            Cache._counters?.CountMiss();
            return false;
        }

        /// <summary>Whether the key is present and not expired. It counts as a read of the entry.</summary>
        /// <param name="key">The key.</param>
        public bool ContainsKey(TAlternateKey key) => TryGetValue(key, out _, out _);

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.GetOrAdd(TKey, Func{TKey, TValue})"/>
        public TValue GetOrAdd(TAlternateKey key, Func<TKey, TValue> factory)
        {
            ArgumentNullException.ThrowIfNull(factory);
            return TryGetFresh(key, out TKey actualKey, out TValue? value) ? value : Cache.GetOrAdd(actualKey, factory);
        }

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.GetOrAdd{TState}(TKey, Func{TKey, TState, TValue}, TState)"/>
        public TValue GetOrAdd<TState>(TAlternateKey key, Func<TKey, TState, TValue> factory, TState state)
        {
            ArgumentNullException.ThrowIfNull(factory);
            return TryGetFresh(key, out TKey actualKey, out TValue? value) ? value : Cache.GetOrAdd(actualKey, factory, state);
        }

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.GetOrAddAsync(TKey, Func{TKey, CancellationToken, ValueTask{TValue}}, CancellationToken)"/>
        public ValueTask<TValue> GetOrAddAsync(TAlternateKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(factory);
            return TryGetFresh(key, out TKey actualKey, out TValue? value) ? new ValueTask<TValue>(value) : Cache.GetOrAddAsync(actualKey, factory, cancellationToken);
        }

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.Set(TKey, TValue)"/>
        public CacheSetResult Set(TAlternateKey key, TValue value) => Cache.Set(GetKey(key), value);

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.TryAdd(TKey, TValue)"/>
        public bool TryAdd(TAlternateKey key, TValue value) => Cache.TryAdd(GetKey(key), value);

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.TryRemove(TKey)"/>
        public bool TryRemove(TAlternateKey key) => TryRemove(key, out _);

        /// <inheritdoc cref="BoundedCache{TKey, TValue}.TryRemove(TKey, out TValue)"/>
        public bool TryRemove(TAlternateKey key, [MaybeNullWhen(false)] out TValue value)
        {
            if (Cache.TryGetKeyToRemove(key, _comparer, out TKey? actualKey))
            {
                return Cache.TryRemove(actualKey, out value);
            }

            value = default;
            return false;
        }

        /// <summary>Finds a value that need not be renewed; otherwise the key for which the cache is asked next, which then counts the read.</summary>
        private bool TryGetFresh(TAlternateKey key, out TKey actualKey, [MaybeNullWhen(false)] out TValue value)
        {
            if (!Cache.TryFind(key, _comparer, out TKey? found, out value, out bool isDue))
            {
                actualKey = _comparer.Create(key);
                return false;
            }

            actualKey = found;
            if (!isDue)
            {
                Cache._counters?.CountHit();
            }

            return !isDue;
        }

        private TKey GetKey(TAlternateKey key) => Cache.TryFind(key, _comparer, out TKey? found, out _, out _) ? found : _comparer.Create(key);
    }
}
