namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>A table that is longer than this is replaced by a shorter one when it is nearly empty.</summary>
    private const int LongTable = 256;

    /// <summary>How many slots there are for each entry when a table counts as nearly empty.</summary>
    private const int SparseFactor = 8;

    /// <summary>Entries that the table has memory for.</summary>
    internal int SlotCount => Volatile.Read(ref _table).Length;

    /// <summary>Doubles the table if it has no free slot, up to the capacity.</summary>
    private void Grow() => ReplaceTable(0, shortens: false);

    /// <summary>Gives back the memory of entries that have left, once most have. Holds all locks meanwhile.</summary>
    private void ShortenSparseTable()
    {
        if (!IsSparse(Volatile.Read(ref _table)))
        {
            return;
        }

        try
        {
            ReplaceTable(0, shortens: true);
        }
        catch (OutOfMemoryException)
        {
            // The long table is still good.
        }
    }

    private bool IsSparse(CacheTable<TKey, TValue> table) => table.Length > LongTable && _occupancy.Count <= table.Length / SparseFactor;

    // One frame a shard: the locks are taken in the order of the shards, by this method only.
    private void ReplaceTable(int shardIndex, bool shortens)
    {
        if (shardIndex < _shards.Length)
        {
            using (_shards[shardIndex].Gate.EnterScope())
            {
                ReplaceTable(shardIndex + 1, shortens);
            }
        }
        else if (shortens)
        {
            ShortenUnsynchronized();
        }
        else
        {
            GrowUnsynchronized();
        }
    }

    private void GrowUnsynchronized()
    {
        CacheTable<TKey, TValue> table = _table;
        // Slots in use are never more than entries counted: a table as long as the capacity has one for whoever has room. He looked at a bad moment.
        if (table.IsExhausted && table.Length < _occupancy.Capacity)
        {
            int length = (int)Math.Min(2L * table.Length, _occupancy.Capacity);
            PublishUnsynchronized(table.Lengthen(length, _shards.Length));
        }
    }

    private void ShortenUnsynchronized()
    {
        CacheTable<TKey, TValue> table = _table;
        if (IsSparse(table))
        {
            // Half full: neither the next inserts nor the next removals replace it again.
            int length = Math.Max(SmallestTable, 2 * _occupancy.Count);
            PublishUnsynchronized(table.Shorten(length, _shards.Length, out int[] moved), moved);
        }
    }

    private void PublishUnsynchronized(CacheTable<TKey, TValue> table, int[]? moved = null)
    {
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            ResizeUnsynchronized(shard, table);
        }

        // Nothing fails from here on: when memory was out, the old table is still good.
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            if (moved is not null)
            {
                shard.Move(moved);
                shard.Wheel?.Move(moved);
            }

            shard.Attach(table);
            shard.Wheel?.Attach(table.Extras);
        }

        CacheTable<TKey, TValue> old = _table;
        Volatile.Write(ref _table, table);
        if (_slides && !ReferenceEquals(old, table))
        {
            CarryAccesses(old, table, moved);
        }
    }

    /// <summary>Takes over the reads of entries that were noted in the old table while it was copied.</summary>
    private static void CarryAccesses(CacheTable<TKey, TValue> old, CacheTable<TKey, TValue> table, int[]? moved)
    {
        for (int index = 1; index <= old.Length; index++)
        {
            int target = moved is null ? index : moved[index];
            if (target != 0)
            {
                Slide(ref table.Extras[target].LastAccess, Volatile.Read(ref old.Extras[index].LastAccess));
            }
        }
    }

    private void ResizeUnsynchronized(EvictionOrder<TKey, TValue> shard, CacheTable<TKey, TValue> table) =>
        shard.Resize(
            Math.Max(1, _occupancy.Capacity / _shards.Length),
            Math.Max(1, table.Buckets.Length / CacheTable<TKey, TValue>.BucketsPerEntry / _shards.Length));

    private void ResizeShards()
    {
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            using (shard.Gate.EnterScope())
            {
                ResizeUnsynchronized(shard, _table);
            }
        }
    }
}
