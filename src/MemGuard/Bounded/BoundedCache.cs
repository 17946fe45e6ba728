using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// A cache that never holds more than its capacity, keeps the newest entry, and empties itself when entries expire, whether or not anybody looks.
/// </summary>
/// <remarks>
/// Thread-safe. Reads take no lock (with <see cref="EvictionPolicy.Adaptive"/>) and allocate nothing; an insert allocates one object. The cache
/// lists itself in <see cref="BoundedStructures"/>, weakly: it needs no disposal.
/// </remarks>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values; those larger than one word never tear.</typeparam>
public sealed partial class BoundedCache<TKey, TValue> : IBoundedStructure, IDisposable
    where TKey : notnull
{
    private const int SmallestTable = 16;

    /// <summary>A shard below this size sees too little of the traffic to choose its victims well.</summary>
    private const int MinEntriesPerShard = 2048;

    /// <summary>Whether storing a value is one uninterruptible write. Larger values are replaced together with their node.</summary>
    private static readonly bool CanOverwriteValue =
        !typeof(TValue).IsValueType || ((typeof(TValue).IsPrimitive || typeof(TValue).IsEnum) && Unsafe.SizeOf<TValue>() <= IntPtr.Size);

    private readonly BoundedCacheOptions<TKey, TValue> _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Null for value types' own equality and for strings' ordinal equality, which are inlined.</summary>
    private readonly IEqualityComparer<TKey>? _comparer;

    /// <summary>Null where statistics are off.</summary>
    private readonly HitCounters? _counters;

    /// <summary>Whether a read takes the slower way: a comparer to call, or an exact order to keep.</summary>
    private readonly bool _isSpecial;

    private readonly bool _isTimed;
    private readonly bool _isExactOrder;
    private readonly CacheShard<TKey, TValue>[] _shards;
    private readonly CacheRoom _room;

    /// <summary>
    /// Heads of the hash chains; the length is a power of two. Each shard owns a stretch of it. Replaced by a longer one under all locks.
    /// </summary>
    private CacheNode<TKey, TValue>?[] _table;

    /// <summary>Whether chains are being moved to a longer table: a reader that found nothing must look again under the lock.</summary>
    private bool _isGrowing;

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
        _isSpecial = _isExactOrder || _comparer is not null;
        _reportsRemovals = options.EntryRemoved is not null || options.DisposeValues;
        _capacity = options.Capacity;
        _room = new CacheRoom(options.Capacity);
        _maxWeight = options.MaxWeight ?? 0;
        InitializeExpiry(out long startMilliseconds);

        int shardCount = GetShardCount();
        _shards = new CacheShard<TKey, TValue>[shardCount];
        _table = new CacheNode<TKey, TValue>?[Math.Max(SmallestTable, shardCount)];
        for (int i = 0; i < shardCount; i++)
        {
            CachePolicy<TKey, TValue> policy = _isExactOrder ? new LeastRecentlyUsedPolicy<TKey, TValue>() : new AdaptivePolicy<TKey, TValue>();
            _shards[i] = new CacheShard<TKey, TValue>(policy, _isTimed ? new ExpiryWheel<TKey, TValue>(startMilliseconds, _tickMilliseconds) : null);
        }

        ResizePolicies();
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

        CacheNode<TKey, TValue>?[] table = Volatile.Read(ref _table);
        CacheNode<TKey, TValue>? node = FindByOwnEquality(table, key, GetOwnHash(key));
        if (node is null || (_isTimed && !TryAccess(node)))
        {
            return TryGetMissedValue(table, key, out value);
        }

        Mark(node);
        _counters?.CountHit();
        value = node.Value;
        return true;
    }

    /// <summary>Notes a read, without a lock: a plain write that others may lose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mark(CacheNode<TKey, TValue> node)
    {
        // Not written once it is full: a hot entry's cache line stays shared between the cores.
        byte frequency = node.Frequency;
        if (frequency < CacheNode<TKey, TValue>.MaxFrequency)
        {
            node.Frequency = (byte)(frequency + 1);
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref CacheNode<TKey, TValue>? GetBucket(CacheNode<TKey, TValue>?[] table, uint hash) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table), (nuint)(((ulong)hash * (uint)table.Length) >> 32));

    private CacheNode<TKey, TValue>? Find(CacheNode<TKey, TValue>?[] table, TKey key, uint hash) =>
        _comparer is null ? FindByOwnEquality(table, key, hash) : FindByComparer(table, key, hash, _comparer);

    /// <summary>Walks a chain. Without the shard's lock it may stand on nodes that leave meanwhile: they still lead to the rest of the chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static CacheNode<TKey, TValue>? FindByOwnEquality(CacheNode<TKey, TValue>?[] table, TKey key, uint hash)
    {
        CacheNode<TKey, TValue>? node = Volatile.Read(ref GetBucket(table, hash));
        while (node is not null && (node.Hash != hash || !AreEqual(node.Key, key)))
        {
            node = Volatile.Read(ref node.Next);
        }

        return node;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreEqual(TKey left, TKey right) =>
        typeof(TKey).IsValueType
            ? EqualityComparer<TKey>.Default.Equals(left, right)
            : string.Equals(Unsafe.As<TKey, string>(ref left), Unsafe.As<TKey, string>(ref right));

    private static CacheNode<TKey, TValue>? FindByComparer(
        CacheNode<TKey, TValue>?[] table, TKey key, uint hash, IEqualityComparer<TKey> comparer)
    {
        CacheNode<TKey, TValue>? node = Volatile.Read(ref GetBucket(table, hash));
        while (node is not null && (node.Hash != hash || !comparer.Equals(node.Key, key)))
        {
            node = Volatile.Read(ref node.Next);
        }

        return node;
    }

    private bool TryGetSpecialValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        uint hash = GetHash(key);
        if (_isExactOrder)
        {
            return TryGetValueInOrder(key, hash, out value);
        }

        CacheNode<TKey, TValue>?[] table = Volatile.Read(ref _table);
        CacheNode<TKey, TValue>? node = FindByComparer(table, key, hash, _comparer!);
        if (node is null || (_isTimed && !TryAccess(node)))
        {
            return TryGetMissedValue(table, key, out value);
        }

        Mark(node);
        _counters?.CountHit();
        value = node.Value;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGetMissedValue(CacheNode<TKey, TValue>?[] table, TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        // In this order: growing ends after the new table is published. Seeing neither means that no chain moved before the walk ended.
        if (Volatile.Read(ref _isGrowing) || !ReferenceEquals(Volatile.Read(ref _table), table))
        {
            // The walk may have followed a chain that was being moved.
            uint hash = GetHash(key);
            CacheShard<TKey, TValue> shard = GetShard(hash);
            using (shard.Gate.EnterScope())
            {
                CacheNode<TKey, TValue>? node = Find(_table, key, hash);
                if (node is not null && (!_isTimed || TryAccess(node)))
                {
                    shard.Policy.Touch(node);
                    _counters?.CountHit();
                    value = node.Value;
                    return true;
                }
            }
        }

        _counters?.CountMiss();
        value = default;
        return false;
    }

    private bool TryGetValueInOrder(TKey key, uint hash, [MaybeNullWhen(false)] out TValue value)
    {
        CacheShard<TKey, TValue> shard = GetShard(hash);
        using (shard.Gate.EnterScope())
        {
            CacheNode<TKey, TValue>? node = Find(_table, key, hash);
            if (node is not null && (!_isTimed || TryAccess(node)))
            {
                shard.Policy.Touch(node);
                _counters?.CountHit();
                value = node.Value;
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
