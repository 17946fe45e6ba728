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
public sealed partial class BoundedCache<TKey, TValue> : IBoundedStructure, IDisposable
    where TKey : notnull
{
    /// <summary>Unlocked looks at a key before the lock is taken: each fails only if an entry on the way changed at that moment.</summary>
    private const int MaxLooks = 8;

    /// <summary>Slots of a new cache.</summary>
    private const int SmallestTable = 16;

    /// <summary>A shard below this size sees too little of the traffic to choose its victims well.</summary>
    private const int MinEntriesPerShard = 2048;

    /// <summary>
    /// Whether a key may be compared where it lies, even while it is overwritten. Other value types could be seen half old, half new, by an Equals
    /// that is the user's.
    /// </summary>
    private static readonly bool IsKeyComparedInPlace = !typeof(TKey).IsValueType || typeof(TKey).IsPrimitive || typeof(TKey).IsEnum || typeof(TKey) == typeof(Guid);

    private readonly BoundedCacheOptions<TKey, TValue> _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Null for value types' own equality and for strings' ordinal equality, which are inlined.</summary>
    private readonly IEqualityComparer<TKey>? _comparer;

    /// <summary>Null where statistics are off.</summary>
    private readonly HitCounters? _counters;

    /// <summary>Whether a read takes the slower way: a comparer or a precise clock to call, an access to note, or an exact order to keep.</summary>
    private bool _isSpecial;

    private readonly bool _isTimed;
    private readonly bool _isExactOrder;
    private readonly CacheShard<TKey, TValue>[] _shards;
    private readonly CacheRoom _room;

    /// <summary>Replaced by a longer one under all locks.</summary>
    private CacheTable<TKey, TValue> _table;

    private bool _isDisposed;

    /// <summary>Creates a cache.</summary>
    /// <param name="options">Its bounds and behaviour; later changes to the object have no effect.</param>
    /// <param name="timeProvider">The clock of its expiry; null for the system's. With another one its timers are used and every read asks it.</param>
    /// <exception cref="ArgumentException">An option is out of range, or options contradict each other; the message names them.</exception>
    public BoundedCache(BoundedCacheOptions<TKey, TValue> options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.GetErrors().FirstOrDefault() is string error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _options = options.Clone();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _comparer = ChooseComparer(options.KeyComparer);
        _counters = options.TrackStatistics ? new HitCounters() : null;
        _isTimed = options.HasExpiry;
        _isExactOrder = options.EvictionPolicy == EvictionPolicy.LeastRecentlyUsed;
        _reportsRemovals = options.EntryRemoved is not null || options.DisposeValues;
        _capacity = options.Capacity;
        _room = new CacheRoom(Math.Min(options.Capacity, MostEntries));
        _maxWeight = options.MaxWeight ?? 0;
        InitializeExpiry(out long startMilliseconds);
        _isSpecial = _isExactOrder || _comparer is not null || _slides || !_usesCoarseClock;

        int shardCount = GetShardCount();
        _shards = new CacheShard<TKey, TValue>[shardCount];
        _table = new CacheTable<TKey, TValue>(SmallestTable, shardCount, HasExtras);
        for (int i = 0; i < shardCount; i++)
        {
            CachePolicy<TKey, TValue> policy = _isExactOrder ? new LeastRecentlyUsedPolicy<TKey, TValue>() : new AdaptivePolicy<TKey, TValue>();
            _shards[i] = new CacheShard<TKey, TValue>(policy, _isTimed ? new ExpiryWheel(startMilliseconds, _tickMilliseconds) : null);
        }

        PublishUnsynchronized(_table);
        BoundedStructures.Register(this, ListedName);
        if (_isTimed)
        {
            SharedTicker.Add(this, _timeProvider);
        }
    }

    /// <summary>Entries now, expired ones that are not yet gone included. Never above <see cref="Capacity"/>, except while that is being lowered.</summary>
    public int Count => _room.Count;

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
            : StringHash.Compute(Unsafe.As<TKey, string>(ref key));

    // Fibonacci hashing (Knuth): the upper bits of the product, which choose shard and bucket, spread runs of numbers evenly and depend on all bits.
    private static uint Scramble(uint hash) => hash * 0x9E3779B1;

    // The upper bits, as for the buckets: a shard owns a stretch of the table, the same stretch after the table has doubled.
    private CacheShard<TKey, TValue> GetShard(uint hash) => _shards[(int)(((ulong)hash * (uint)_shards.Length) >> 32)];

    /// <summary>Walks a chain without the shard's lock, and makes sure of each step that it was one. Marks and counts what it finds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isSpecial">A constant, so that the common read has no call on its way: whether to ask for comparer, precise clock and sliding.</param>
    /// <param name="value">The value, when found.</param>
    /// <param name="isUnsure">Whether an entry on the way changed: then the key may be there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryLook(TKey key, uint hash, bool isSpecial, [MaybeNullWhen(false)] out TValue value, out bool isUnsure)
    {
        isUnsure = false;
        IEqualityComparer<TKey>? comparer = isSpecial ? _comparer : null;
        CacheTable<TKey, TValue> table = Volatile.Read(ref _table);
        int index = Volatile.Read(ref table.GetBucket(hash));
        while (index != 0)
        {
            ref CacheSlot<TKey, TValue> slot = ref table.GetSlot(index);
            uint version = Volatile.Read(ref slot.Version);
            uint seenHash = slot.Hash;
            if (seenHash == hash)
            {
                TKey candidate = slot.Key;
                if ((comparer is not null || !IsKeyComparedInPlace) && !slot.IsUnchanged(version))
                {
                    isUnsure = true;
                    break;
                }

                if (AreEqual(candidate, key, comparer))
                {
                    if (_isTimed && !(isSpecial ? TryAccess(table, index, GetMilliseconds()) : SharedTicker.CoarseMilliseconds < slot.Deadline))
                    {
                        isUnsure = !slot.IsUnchanged(version);
                        break;
                    }

                    TValue found = slot.Value;
                    if (!slot.IsUnchanged(version))
                    {
                        isUnsure = true;
                        break;
                    }

                    slot.Mark();
                    _counters?.CountHit();
                    value = found;
                    return true;
                }
            }

            index = slot.Next;
            // An entry that moved to another chain would lead astray.
            if (!slot.IsUnchanged(version) || !table.ShareBucket(seenHash, hash))
            {
                isUnsure = true;
                break;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Finds an entry under the shard's lock; 0 when there is none.</summary>
    private static int Find(CacheTable<TKey, TValue> table, TKey key, uint hash, IEqualityComparer<TKey>? comparer)
    {
        int index = table.GetBucket(hash);
        while (index != 0)
        {
            ref CacheSlot<TKey, TValue> slot = ref table.GetSlot(index);
            if (slot.Hash == hash && AreEqual(slot.Key, key, comparer))
            {
                return index;
            }

            index = slot.Next;
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreEqual(TKey left, TKey right, IEqualityComparer<TKey>? comparer)
    {
        if (comparer is not null)
        {
            return comparer.Equals(left, right);
        }

        return typeof(TKey).IsValueType
            ? EqualityComparer<TKey>.Default.Equals(left, right)
            : string.Equals(Unsafe.As<TKey, string>(ref left), Unsafe.As<TKey, string>(ref right));
    }

    private bool TryGetSpecialValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        uint hash = GetHash(key);
        if (_isExactOrder)
        {
            return TryGetLockedValue(key, hash, out value);
        }

        return TryLook(key, hash, isSpecial: true, out value, out bool isUnsure) || TryGetMissedValue(isUnsure, key, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGetMissedValue(bool isUnsure, TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (isUnsure)
        {
            return TryLookAgain(key, out value);
        }

        _counters?.CountMiss();
        value = default;
        return false;
    }

    private bool TryLookAgain(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        uint hash = GetHash(key);
        SpinWait spinner = default;
        for (int i = 0; i < MaxLooks; i++)
        {
            // A change takes a few nanoseconds, unless its thread lost its core.
            spinner.SpinOnce(sleep1Threshold: -1);
            if (TryLook(key, hash, isSpecial: true, out value, out bool isUnsure))
            {
                return true;
            }

            if (!isUnsure)
            {
                return TryGetMissedValue(isUnsure, key, out value);
            }
        }

        return TryGetLockedValue(key, hash, out value);
    }

    private bool TryGetLockedValue(TKey key, uint hash, [MaybeNullWhen(false)] out TValue value)
    {
        CacheShard<TKey, TValue> shard = GetShard(hash);
        long now = _isTimed ? GetMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            CacheTable<TKey, TValue> table = _table;
            int index = Find(table, key, hash, _comparer);
            if (index != 0 && (!_isTimed || TryAccess(table, index, now)))
            {
                shard.Policy.Touch(index);
                _counters?.CountHit();
                value = table.GetSlot(index).Value;
                return true;
            }
        }

        _counters?.CountMiss();
        value = default;
        return false;
    }

    [Conditional("DEBUG")]
    private static void AssertLocked(CacheShard<TKey, TValue> shard) => Debug.Assert(shard.Gate.IsHeld, "The shard's lock is held.");
}
