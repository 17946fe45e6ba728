using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Unlocked looks at a key before the lock is taken: each fails only if an entry on the way changed at that moment.</summary>
    private const int MaxLooks = 8;

    /// <summary>Walks a chain without the shard's lock, and makes sure of each step that it was one. Marks and counts what it finds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isSpecial">A constant, so that the common read has no call on its way: whether to ask for comparer, precise clock and sliding.</param>
    /// <param name="value">The value, when found.</param>
    /// <param name="isUnsure">
    /// Whether an entry on the way changed: then the key may be there. With a value: whether it has the age of its renewal, which only the special read asks.
    /// </param>
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
                    long now = isSpecial && _isTimed ? GetMilliseconds() : 0;
                    if (_isTimed && !(isSpecial ? TryAccess(table, index, now) : SharedTicker.CoarseMilliseconds < slot.Deadline))
                    {
                        isUnsure = !slot.IsUnchanged(version);
                        break;
                    }

                    TValue found = slot.Value;
                    isUnsure = isSpecial && IsDueForRenewal(table, index, now);
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
            return TryGetLockedValue(key, hash, out value, out _);
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

        return TryGetLockedValue(key, hash, out value, out _);
    }

    private bool TryGetLockedValue(TKey key, uint hash, [MaybeNullWhen(false)] out TValue value, out bool isDueForRenewal)
    {
        isDueForRenewal = false;
        EvictionOrder<TKey, TValue> shard = GetShard(hash);
        long now = _isTimed ? GetMilliseconds() : 0;
        using (shard.Gate.EnterScope())
        {
            CacheTable<TKey, TValue> table = _table;
            int index = Find(table, key, hash, _comparer);
            if (index != 0 && (!_isTimed || TryAccess(table, index, now)))
            {
                shard.Touch(index);
                _counters?.CountHit();
                value = table.GetSlot(index).Value;
                isDueForRenewal = IsDueForRenewal(table, index, now);
                return true;
            }
        }

        _counters?.CountMiss();
        value = default;
        return false;
    }
}
