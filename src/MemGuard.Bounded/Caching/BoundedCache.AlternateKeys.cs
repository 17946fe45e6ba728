using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <content>Reads by keys of another type, which need not be allocated.</content>
public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>
    /// Gets a view of the cache that is asked by keys of another type: by <c>ReadOnlySpan&lt;char&gt;</c> in the place of strings, so that a part of a text is
    /// looked up without being copied.
    /// </summary>
    /// <typeparam name="TAlternateKey">The other type.</typeparam>
    /// <exception cref="InvalidOperationException">The cache's comparer of keys does not compare them with the other type; the message names both.</exception>
    public AlternateLookup<TAlternateKey> GetAlternateLookup<TAlternateKey>()
        where TAlternateKey : notnull, allows ref struct =>
        TryGetAlternateLookup(out AlternateLookup<TAlternateKey> lookup)
            ? lookup
            : throw new InvalidOperationException(
                $"{NameInErrors}: its comparer of keys, {GetComparer().GetType().Name}, cannot compare {typeof(TAlternateKey).Name} with {typeof(TKey).Name}: " +
                "it must be an IAlternateEqualityComparer of the two.");

    /// <summary>Gets the view of <see cref="GetAlternateLookup{TAlternateKey}"/> where the cache's comparer of keys is made for it.</summary>
    /// <param name="lookup">The view.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetAlternateLookup<TAlternateKey>(out AlternateLookup<TAlternateKey> lookup)
        where TAlternateKey : notnull, allows ref struct
    {
        if (GetComparer() is IAlternateEqualityComparer<TAlternateKey, TKey> comparer)
        {
            lookup = new AlternateLookup<TAlternateKey>(this, comparer);
            return true;
        }

        lookup = default;
        return false;
    }

    private IEqualityComparer<TKey> GetComparer() => _comparer ?? EqualityComparer<TKey>.Default;

    /// <summary>Whether the cache's own hash and comparison of strings hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsText<TAlternateKey>()
        where TAlternateKey : notnull, allows ref struct => typeof(TAlternateKey) == typeof(ReadOnlySpan<char>) && _comparer is null;

    private uint GetAlternateHash<TAlternateKey>(TAlternateKey key, IAlternateEqualityComparer<TAlternateKey, TKey> comparer)
        where TAlternateKey : notnull, allows ref struct =>
        IsText<TAlternateKey>()
            ? StringHash.Compute(Unsafe.As<TAlternateKey, ReadOnlySpan<char>>(ref key))
            : Scramble((uint)comparer.GetHashCode(key));

    private bool AreEqual<TAlternateKey>(TAlternateKey key, TKey present, IAlternateEqualityComparer<TAlternateKey, TKey> comparer)
        where TAlternateKey : notnull, allows ref struct =>
        IsText<TAlternateKey>()
            ? Unsafe.As<TAlternateKey, ReadOnlySpan<char>>(ref key).SequenceEqual(Unsafe.As<TKey, string>(ref present))
            : comparer.Equals(key, present);

    /// <summary>Finds a value as a read does, and the key beside it. Counts nothing.</summary>
    private bool TryFind<TAlternateKey>(
        TAlternateKey key, IAlternateEqualityComparer<TAlternateKey, TKey> comparer, [MaybeNullWhen(false)] out TKey actualKey, [MaybeNullWhen(false)] out TValue value, out bool isDue)
        where TAlternateKey : notnull, allows ref struct
    {
        uint hash = GetAlternateHash(key, comparer);
        if (!_isExactOrder)
        {
            if (TryLook(key, hash, comparer, out actualKey, out value, out isDue))
            {
                return true;
            }

            bool isSure = !isDue;
            if (isSure)
            {
                return false;
            }
        }

        return TryFindLocked(key, hash, comparer, out actualKey, out value, out isDue);
    }

    /// <summary>The walk of the other <c>TryLook</c>, which is every read's: with this one in it, it would be slower.</summary>
    private bool TryLook<TAlternateKey>(
        TAlternateKey key,
        uint hash,
        IAlternateEqualityComparer<TAlternateKey, TKey> comparer,
        [MaybeNullWhen(false)] out TKey actualKey,
        [MaybeNullWhen(false)] out TValue value,
        out bool isUnsure)
        where TAlternateKey : notnull, allows ref struct
    {
        isUnsure = false;
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
                if (!slot.IsUnchanged(version))
                {
                    isUnsure = true;
                    break;
                }

                if (AreEqual(key, candidate, comparer))
                {
                    long now = _isTimed ? GetMilliseconds() : 0;
                    bool isGood = !_isTimed || TryAccess(table, index, now);
                    TValue found = slot.Value;
                    bool isDue = IsDueForRenewal(table, index, now);
                    isUnsure = !slot.IsUnchanged(version);
                    if (!isGood || isUnsure)
                    {
                        break;
                    }

                    slot.Mark();
                    isUnsure = isDue;
                    actualKey = candidate;
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

        actualKey = default;
        value = default;
        return false;
    }

    private bool TryFindLocked<TAlternateKey>(
        TAlternateKey key,
        uint hash,
        IAlternateEqualityComparer<TAlternateKey, TKey> comparer,
        [MaybeNullWhen(false)] out TKey actualKey,
        [MaybeNullWhen(false)] out TValue value,
        out bool isDue)
        where TAlternateKey : notnull, allows ref struct
    {
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        long now = _isTimed ? GetMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            CacheTable<TKey, TValue> table = _table;
            int index = Find(table, key, hash, comparer);
            bool isFound = index != 0 && (!_isTimed || TryAccess(table, index, now));
            if (isFound)
            {
                shard.Touch(index);
            }

            actualKey = isFound ? table.GetSlot(index).Key : default;
            value = isFound ? table.GetSlot(index).Value : default;
            isDue = isFound && IsDueForRenewal(table, index, now);
            return isFound;
        }
    }

    /// <summary>Finds an entry under the shard's lock; 0 when there is none.</summary>
    private int Find<TAlternateKey>(CacheTable<TKey, TValue> table, TAlternateKey key, uint hash, IAlternateEqualityComparer<TAlternateKey, TKey> comparer)
        where TAlternateKey : notnull, allows ref struct
    {
        int index = table.GetBucket(hash);
        while (index != 0)
        {
            ref CacheSlot<TKey, TValue> slot = ref table.GetSlot(index);
            if (slot.Hash == hash && AreEqual(key, slot.Key, comparer))
            {
                return index;
            }

            index = slot.Next;
        }

        return 0;
    }

    /// <summary>The key of an entry; where there is none, one that equals the other key, unless nothing of it is in the making either.</summary>
    private bool TryGetKeyToRemove<TAlternateKey>(TAlternateKey key, IAlternateEqualityComparer<TAlternateKey, TKey> comparer, [MaybeNullWhen(false)] out TKey actualKey)
        where TAlternateKey : notnull, allows ref struct
    {
        uint hash = GetAlternateHash(key, comparer);
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        using (shard.Gate.EnterScope())
        {
            CacheTable<TKey, TValue> table = _table;
            int index = Find(table, key, hash, comparer);
            if (index != 0)
            {
                actualKey = table.GetSlot(index).Key;
                return true;
            }

            if (shard.Flights.IsEmpty)
            {
                actualKey = default;
                return false;
            }
        }

        // Outside the lock: it may be user code.
        actualKey = comparer.Create(key);
        return true;
    }
}
