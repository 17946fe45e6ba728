using System.Runtime.CompilerServices;
using MemGuard.Costs;

namespace MemGuard.Sampling;

/// <summary>The collections that confirm suspicions: asked for within their budget, and what they cost is added up.</summary>
/// <remarks>For the sampling thread; the count may be read from any.</remarks>
/// <param name="costs">Where their pauses are added.</param>
/// <param name="request">Asks for one and gives the pause that it began with; the real one unless a test scripts it.</param>
/// <param name="read">Reads the runtime's record of a collection.</param>
internal sealed class ConfirmingCollections(OwnCosts costs, Func<TimeSpan>? request = null, Func<GCKind, GCRecord>? read = null)
{
    private readonly FullCollectionBudget _budget = new();
    private readonly Func<TimeSpan> _request = request ?? ConfirmingCollection.Request;
    private readonly Func<GCKind, GCRecord> _read = read ?? (static kind => GCRecord.From(GC.GetGCMemoryInfo(kind)));

    // The full collection before the one that was asked for and has not ended; null when none is under way.
    private long? _before;

    /// <summary>Collections that were asked for.</summary>
    public long TotalTaken => _budget.TotalTaken;

    /// <summary>Asks for one where that is possible and the budget allows it.</summary>
    /// <param name="sample">The sample that wants it.</param>
    /// <param name="timeToLimit">Forecast of the growth that is suspected; null when there is none.</param>
    /// <param name="asking">Called before it begins.</param>
    public void Request(in MemorySample sample, TimeSpan? timeToLimit, Action asking)
    {
        if (ConfirmingCollection.IsPossible && _budget.TryTake(sample.Elapsed, timeToLimit, sample.HeapSizeBytes))
        {
            asking();
            _before = sample.FullCollectionIndex ?? 0;
            costs.AddOperation(CostOperation.ConfirmingCollection, _request());
        }
    }

    /// <summary>Takes note of a sample: where it knows of the collection's end, of its pauses.</summary>
    [MethodImpl(EverySample.Compiled)]
    public void Update(in MemorySample sample)
    {
        if (_before is not { } before || !(sample.FullCollectionIndex > before))
        {
            return;
        }

        // The first full one after the request; a blocking one of the process's own that came between is not MemGuard's.
        _before = null;
        GCRecord record = _read(GCKind.Background);
        if (record.Index == sample.FullCollectionIndex)
        {
            costs.AddPause(CostOperation.ConfirmingCollection, record.FirstPause + record.SecondPause);
        }
    }
}
