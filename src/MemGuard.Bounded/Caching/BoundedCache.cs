using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>
/// A cache that never holds more than its capacity, keeps the newest entry, and empties itself when entries expire, whether or not anybody looks.
/// </summary>
/// <remarks>
/// Thread-safe. Reads take no lock (with <see cref="EvictionPolicy.Adaptive"/>); neither they nor inserts allocate, except that the table doubles
/// while the cache fills. The cache lists itself in <see cref="BoundedStructures"/>, weakly: it needs no disposal.
/// </remarks>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values; those larger than one word never tear.</typeparam>
[DebuggerDisplay("{ListedName,nq}: {Count} of {Capacity}")]
[DebuggerTypeProxy(typeof(BoundedCacheDebugView<,>))]
public sealed partial class BoundedCache<TKey, TValue> : IBoundedCache<TKey, TValue>, IBoundedStructure, IDisposable
    where TKey : notnull
{
    /// <summary>Slots of a new cache.</summary>
    private const int SmallestTable = 16;

    /// <summary>A shard below this size sees too little of the traffic to choose its victims well.</summary>
    private const int MinEntriesPerShard = 1024;

    /// <summary>
    /// Whether a key may be compared where it lies, even while it is overwritten. Other value types could be seen half old, half new, by an Equals
    /// that is the user's.
    /// </summary>
    private static readonly bool IsKeyComparedInPlace = !typeof(TKey).IsValueType || typeof(TKey).IsPrimitive || typeof(TKey).IsEnum || typeof(TKey) == typeof(Guid);

    /// <summary>A table is one array.</summary>
    private static readonly int MostEntries = Array.MaxLength - 1;

    private readonly BoundedCacheOptions<TKey, TValue> _options;

    /// <summary>Hears of values that were created and not kept; here and not in the options, because each miss asks.</summary>
    private readonly Action<TValue>? _notStored;
    private readonly TimeProvider _timeProvider;

    /// <summary>Null for value types' own equality and for strings' ordinal equality, which are inlined.</summary>
    private readonly IEqualityComparer<TKey>? _comparer;

    /// <summary>Null where statistics are off.</summary>
    private readonly HitCounters? _counters;

    /// <summary>Whether a read takes the slower way: a comparer or a precise clock to call, an access to note, or an exact order to keep.</summary>
    private bool _isSpecial;

    private readonly bool _isTimed;
    private readonly bool _isExactOrder;
    private readonly EvictionOrder<TKey, TValue>[] _shards;
    private readonly CacheOccupancy _occupancy;

    /// <summary>Replaced by a longer one under all locks.</summary>
    private CacheTable<TKey, TValue> _table;

    private bool _isDisposed;

    // Expiry: milliseconds of the cache's clock; long.MaxValue for never.
    private long _timeToLiveMilliseconds;
    private long _slidingMilliseconds;

    /// <summary>Whether a read prolongs an entry's life.</summary>
    private bool _slides;
    private long _staleMilliseconds;
    private long _tickMilliseconds;

    /// <summary>Age from which a value is renewed; long.MaxValue for never.</summary>
    private long _refreshMilliseconds;

    // Renewals; interlocked.
    private int _currentRefreshes;
    private long _totalRefreshes;
    private long _totalRefreshFailures;

    /// <summary>The most time that a factory may take; long.MaxValue for no limit.</summary>
    private readonly long _factoryTimeoutMilliseconds;

    /// <summary>Whether a creation asks the clock: for expiry, or for its own time.</summary>
    private readonly bool _timesCreations;

    /// <summary>Whether reads use the shared coarse clock. Turned off for good by an item that lives for less than 64 of its steps.</summary>
    private bool _usesCoarseClock;

    /// <summary>Whether anybody hears of removed entries.</summary>
    private readonly bool _reportsRemovals;
    private long _callbackErrors;

    private readonly PressureResponse _pressure = new();

    /// <summary>Held by whoever changes the capacity, for the whole change.</summary>
    private readonly Lock _resizing = new();
    private int _capacity;

    /// <summary>0 in a cache without a weigher.</summary>
    private readonly long _maxWeight;

    /// <summary>Sum of the entries' weights; under the lock of the only shard, read by anybody.</summary>
    private long _weight;

    /// <summary>Creates a cache.</summary>
    /// <param name="options">Its bounds and behaviour; later changes to the object have no effect.</param>
    /// <param name="timeProvider">The clock of its expiry; null for the system's. With another one its timers are used and every read asks it.</param>
    /// <exception cref="ArgumentException">An option is out of range, or options contradict each other; the message names them.</exception>
    public BoundedCache(BoundedCacheOptions<TKey, TValue> options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.GetErrors().FirstOrDefault() is string error)
        {
            throw new ArgumentException(options.Name is null ? error : $"BoundedCache \"{options.Name}\": {error}", nameof(options));
        }

        _options = options.Clone();
        _notStored = _options.NotStored;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _comparer = ChooseComparer(options.KeyComparer);
        _counters = options.TrackStatistics ? new HitCounters() : null;
        _isTimed = options.HasExpiry;
        _factoryTimeoutMilliseconds = ToMilliseconds(options.FactoryTimeout);
        _timesCreations = _isTimed || options.FactoryTimeout is not null;
        _isExactOrder = options.EvictionPolicy == EvictionPolicy.LeastRecentlyUsed;
        _reportsRemovals = options.EntryRemoved is not null || options.DisposeValues;
        _capacity = options.Capacity;
        _occupancy = new CacheOccupancy(Math.Min(options.Capacity, MostEntries));
        _maxWeight = options.MaxWeight ?? 0;
        InitializeExpiry(out long startMilliseconds);
        _isSpecial = _isExactOrder || _comparer is not null || _slides || !_usesCoarseClock || Refreshes;

        int shardCount = GetShardCount();
        _shards = new EvictionOrder<TKey, TValue>[shardCount];
        _table = new CacheTable<TKey, TValue>(SmallestTable, shardCount, HasExtras);
        for (int i = 0; i < shardCount; i++)
        {
            ExpiryWheel? wheel = _isTimed ? new ExpiryWheel(startMilliseconds, _tickMilliseconds) : null;
            _shards[i] = _isExactOrder ? new LeastRecentlyUsedOrder<TKey, TValue>(wheel) : new AdaptiveOrder<TKey, TValue>(wheel);
        }

        PublishUnsynchronized(_table);
        BoundedStructures.Register(this, ListedName);
        if (_isTimed)
        {
            SharedTicker.Add(this, _timeProvider);
        }
    }

    /// <summary>Entries now, expired ones that are not yet gone included. Never above <see cref="Capacity"/>, except while that is being lowered.</summary>
    public int Count => _occupancy.Count;

    /// <summary>Finds a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, when found.</param>
    /// <returns>Whether the key is present and not expired.</returns>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_isSpecial)
        {
            return TryGetSpecialValue(key, out value);
        }

        return TryLook(key, GetOwnHash(key), isSpecial: false, out value, out bool isUnsure) || TryGetMissedValue(isUnsure, key, out value);
    }

    private static IEqualityComparer<TKey>? ChooseComparer(IEqualityComparer<TKey>? comparer)
    {
        if (comparer is null || ReferenceEquals(comparer, EqualityComparer<TKey>.Default) || ReferenceEquals(comparer, StringComparer.Ordinal))
        {
            return typeof(TKey).IsValueType || typeof(TKey) == typeof(string) ? null : EqualityComparer<TKey>.Default;
        }

        return comparer;
    }

    private int GetShardCount()
    {
        // One lock where all entries form one order or share one weight.
        if (_isExactOrder || _maxWeight > 0)
        {
            return 1;
        }

        int most = Math.Min(16, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4));
        int count = 1;
        while (count < most && _capacity / (count * 2) >= MinEntriesPerShard)
        {
            count *= 2;
        }

        return count;
    }

    private uint GetHash(TKey key) => _comparer is not null ? Scramble((uint)_comparer.GetHashCode(key)) : GetOwnHash(key);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint GetOwnHash(TKey key) =>
        typeof(TKey).IsValueType
            ? Scramble((uint)EqualityComparer<TKey>.Default.GetHashCode(key))
            : StringHash.Compute(Unsafe.As<TKey, string>(ref key).AsSpan());

    // Fibonacci hashing (Knuth): the upper bits of the product, which choose shard and bucket, spread runs of numbers evenly and depend on all bits.
    private static uint Scramble(uint hash) => hash * 0x9E3779B1;

    // The upper bits, as for the buckets: a shard owns a stretch of the table, the same stretch after the table has doubled.
    private EvictionOrder<TKey, TValue> GetShard(uint hash) => _shards[(int)(((ulong)hash * (uint)_shards.Length) >> 32)];

    [Conditional("DEBUG")]
    private static void AssertLocked(EvictionOrder<TKey, TValue> shard) => Debug.Assert(shard.Gate.IsHeld, "The shard's lock is held.");
}
