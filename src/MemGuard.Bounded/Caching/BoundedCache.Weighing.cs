namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>The most weight that the cache may hold; null without a weigher.</summary>
    public long? MaxWeight => _maxWeight > 0 ? _maxWeight : null;

    private long EffectiveMaxWeight
    {
        get
        {
            double ratio = _pressure.Ratio;
            return ratio == 1 ? _maxWeight : Math.Min(_maxWeight, Math.Max(1, (long)(_maxWeight * ratio)));
        }
    }

    private long GetWeight(TKey key, TValue value)
    {
        if (_maxWeight == 0)
        {
            return 0;
        }

        long weight = _options.Weigher!(key, value);
        return weight >= 0 ? weight : throw new InvalidOperationException($"The weigher returned {weight}: a weight must not be negative.");
    }

    /// <summary>Gives a present entry another weight. It is out of the order while others give way: it must not be their victim.</summary>
    private void ReweighUnsynchronized(EvictionOrder<TKey, TValue> shard, int index, long weight, ref CacheRemovals<TKey, TValue> removals)
    {
        ref long present = ref _table.Extras[index].Weight;
        byte where = _table.Links[index].Where;
        shard.Remove(index);
        try
        {
            MakeWeightUnsynchronized(shard, weight - present, ref removals);
        }
        finally
        {
            shard.Restore(index, where);
        }

        _weight += weight - present;
        present = weight;
    }

    private void Refuse(EvictionOrder<TKey, TValue> shard, int present, in Entry entry, ref CacheRemovals<TKey, TValue> removals)
    {
        if (_reportsRemovals)
        {
            removals.Reserve(more: 2);
        }

        if (present != 0)
        {
            // The old value is out of date, whatever becomes of the new one.
            RemoveUnsynchronized(shard, present, EvictionReason.Replaced, ref removals);
        }

        shard.TotalRefused++;
        if (_reportsRemovals)
        {
            removals.Add(new CacheRemoval<TKey, TValue>(entry.Key, entry.Value, EvictionReason.Weight, IsRefused: true));
        }
    }

    private void MakeWeightUnsynchronized(EvictionOrder<TKey, TValue> shard, long weight, ref CacheRemovals<TKey, TValue> removals)
    {
        if (_maxWeight == 0)
        {
            return;
        }

        while (weight > EffectiveMaxWeight - _weight)
        {
            ReserveReport(ref removals);
            int victim = shard.MakeRoom(hasRoom: false);
            if (victim == 0)
            {
                break;
            }

            DropUnsynchronized(shard, victim, EvictionReason.Weight, ref removals);
            FreeUnsynchronized(victim);
        }

        // For what the caller reports next.
        ReserveReport(ref removals);
    }
}
