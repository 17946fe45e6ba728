namespace MemGuard.Bounded;

public sealed partial class BoundedCache<TKey, TValue>
{
    /// <summary>Reads what the cache holds and has done. Takes each of its locks in turn for a moment.</summary>
    public BoundedCacheStatistics GetStatistics()
    {
        long added = 0;
        long refused = 0;
        EvictionTotals removed = default;
        FlightSurvey flights = new(GetPreciseMilliseconds());
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            using (shard.Gate.EnterScope())
            {
                added += shard.TotalAdded;
                refused += shard.TotalRefused;
                shard.Flights.Survey(ref flights);
                for (int i = 0; i < EvictionTotals.Length; i++)
                {
                    removed[i] += shard.TotalRemoved[i];
                }
            }
        }

        (long hits, long misses)? reads = _counters?.Sum();
        return new BoundedCacheStatistics
        {
            CurrentEntryCount = Count,
            CurrentWeight = _maxWeight > 0 ? Volatile.Read(ref _weight) : null,
            TotalHits = reads?.hits,
            TotalMisses = reads?.misses,
            TotalAdded = added,
            TotalCapacityEvictions = removed[(int)EvictionReason.Capacity],
            TotalWeightEvictions = removed[(int)EvictionReason.Weight],
            TotalExpired = removed[(int)EvictionReason.Expired],
            TotalReplaced = removed[(int)EvictionReason.Replaced],
            TotalRemoved = removed[(int)EvictionReason.Removed],
            TotalCleared = removed[(int)EvictionReason.Cleared],
            TotalRefused = refused,
            CurrentFactories = flights.Count,
            OldestFactoryAge = flights.OldestAge,
            TotalFactoryTimeouts = flights.TotalOverdue,
            CurrentRefreshes = Volatile.Read(ref _currentRefreshes),
            TotalRefreshes = Interlocked.Read(ref _totalRefreshes),
            TotalRefreshFailures = Interlocked.Read(ref _totalRefreshFailures),
            TotalCallbackErrors = Interlocked.Read(ref _callbackErrors),
        };
    }

    private string NameInErrors => _options.Name is string name ? $"BoundedCache \"{name}\"" : ListedName;

    private string ListedName => _options.Name ?? $"BoundedCache<{typeof(TKey).Name}, {typeof(TValue).Name}>";

    BoundedStructureUsage IBoundedStructure.GetUsage()
    {
        BoundedCacheStatistics statistics = GetStatistics();
        return new BoundedStructureUsage
        {
            Name = ListedName,
            Kind = StructureKind.Cache,
            Count = statistics.CurrentEntryCount,
            Capacity = Capacity,
            Weight = statistics.CurrentWeight,
            MaxWeight = MaxWeight,
            TotalHits = statistics.TotalHits,
            TotalMisses = statistics.TotalMisses,
            TotalEvictions = statistics.TotalCapacityEvictions + statistics.TotalWeightEvictions,
            TotalRefusals = statistics.TotalRefused,
            TimeToLive = LivesEquallyLong ? TimeSpan.FromMilliseconds(_timeToLiveMilliseconds) : null,
            OldestAge = GetOldestAge(),
        };
    }

    private bool LivesEquallyLong => _isTimed && _timeToLiveMilliseconds != long.MaxValue && !_slides && _options.ItemTimeToLive is null;

    /// <summary>Known where all entries live equally long: the first to expire is the oldest.</summary>
    private TimeSpan? GetOldestAge()
    {
        if (!LivesEquallyLong)
        {
            return null;
        }

        long? firstGone = null;
        foreach (EvictionOrder<TKey, TValue> shard in _shards)
        {
            using (shard.Gate.EnterScope())
            {
                long? gone = shard.Wheel!.GetFirstGoneMilliseconds();
                firstGone = gone < firstGone || firstGone is null ? gone : firstGone;
            }
        }

        long? age = GetPreciseMilliseconds() - (firstGone - _staleMilliseconds - _timeToLiveMilliseconds);
        return age is long milliseconds ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, _timeToLiveMilliseconds + _staleMilliseconds)) : null;
    }
}
