using System.Collections;

namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Buckets looked at in one hold of a lock: about half as many entries.</summary>
    private const int BucketsPerHold = 256;

    /// <summary>The keys, as of the enumeration: see <see cref="GetEnumerator"/>.</summary>
    public IEnumerable<TKey> Keys
    {
        get
        {
            foreach (KeyValuePair<TKey, TValue> entry in this)
            {
                yield return entry.Key;
            }
        }
    }

    /// <summary>
    /// Goes through the entries that are not expired, in no order. Others may write meanwhile: an entry that is there all along comes exactly once, one
    /// that comes, goes or changes meanwhile with a value that it had. No lock is held while the caller has an entry. Counts as no read of them.
    /// </summary>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        List<KeyValuePair<TKey, TValue>> held = [];
        // Position by hash and not by bucket: the order of the hashes stays when the table is replaced.
        for (ulong next = 0; next <= uint.MaxValue;)
        {
            held.Clear();
            next = CollectEntries((uint)next, held);
            foreach (KeyValuePair<TKey, TValue> entry in held)
            {
                yield return entry;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <returns>The first hash that was not looked at.</returns>
    private ulong CollectEntries(uint firstHash, List<KeyValuePair<TKey, TValue>> entries)
    {
        long now = _isTimed ? GetPreciseMilliseconds() : 0;
        EvictionOrder<TKey, TValue> shard = GetShard(firstHash);
        using (shard.Gate.EnterScope())
        {
            CacheTable<TKey, TValue> table = _table;
            ulong hash = firstHash;
            for (int i = 0; i < BucketsPerHold && hash <= uint.MaxValue && ReferenceEquals(GetShard((uint)hash), shard); i++)
            {
                for (int index = table.GetBucket((uint)hash); index != 0; index = table.GetSlot(index).Next)
                {
                    ref CacheSlot<TKey, TValue> slot = ref table.GetSlot(index);
                    // A table that was shorter when the enumeration began may have had these before.
                    if (slot.Hash >= firstHash && (!_isTimed || !IsExpired(index, now)))
                    {
                        entries.Add(new KeyValuePair<TKey, TValue>(slot.Key, slot.Value));
                    }
                }

                hash = table.GetNextBucketHash((uint)hash);
            }

            return hash;
        }
    }
}
