namespace MemGuard.Bounded;

public sealed partial class BoundedQueue<T>
{
    /// <summary>Reads all counters at one moment. Costs one short lock.</summary>
    public BoundedQueueStatistics GetStatistics()
    {
        long now = SharedTicker.GetMilliseconds(_timeProvider);
        TimeSpan waited = _timeProvider.GetElapsedTime(0, Interlocked.Read(ref _totalWaitTimestamps));
        using (_gate.EnterScope())
        {
            return new BoundedQueueStatistics
            {
                CurrentCount = _ring.Count,
                CurrentWeight = _ring.Weight,
                CurrentWaitingWriters = _writers.Count,
                HighWaterCount = _highWaterCount,
                HighWaterWeight = _highWaterWeight,
                TotalEnqueued = _ring.Added + _totalDisplacedNewest + _totalHandedOver,
                TotalDequeued = _ring.Removed + _totalHandedOver - _totalDisplaced - _totalDisposed,
                TotalDisplaced = _totalDisplaced + _totalDisplacedNewest,
                TotalDroppedWrites = _totalDroppedWrites,
                TotalDisposed = _totalDisposed,
                TotalRejected = _totalRejected,
                TotalTimedOut = _totalTimedOut,
                TotalCanceledWrites = _totalCanceledWrites,
                TotalRefusedByCompletion = _totalRefusedByCompletion,
                TotalWaits = _totalWaits,
                TotalWaitTime = waited,
                TotalCallbackErrors = Interlocked.Read(ref _totalCallbackErrors),
                OldestAge = _age.GetOldestAgeUnsynchronized(now, _ring.Added, _ring.Removed),
            };
        }
    }

    BoundedStructureUsage IBoundedStructure.GetUsage()
    {
        long now = SharedTicker.GetMilliseconds(_timeProvider);
        using (_gate.EnterScope())
        {
            return new BoundedStructureUsage
            {
                Name = _name,
                Kind = StructureKind.Queue,
                Count = _ring.Count,
                Capacity = _capacity,
                Weight = _weigher is null ? null : _ring.Weight,
                MaxWeight = _isWeightBounded ? _maxWeight : null,
                TotalEvictions = _totalDisplaced + _totalDisplacedNewest + _totalDroppedWrites + _totalDisposed,
                TotalRefusals = _totalRejected + _totalTimedOut,
                OldestAge = _age.GetOldestAgeUnsynchronized(now, _ring.Added, _ring.Removed),
            };
        }
    }
}
