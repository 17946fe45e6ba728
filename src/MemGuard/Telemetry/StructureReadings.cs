using MemGuard.Bounded;

namespace MemGuard.Telemetry;

/// <summary>
/// One reading of all structures for all instruments of a scrape. Nobody says when a scrape begins: a reading serves each instrument once, and
/// for a second at most.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StructureReadings(Func<IReadOnlyList<BoundedStructureUsage>> read, TimeProvider timeProvider)
{
    private static readonly TimeSpan LongestUse = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <summary>The present reading; structures of one name and kind are one to the user, and to a collector, which would keep only one of several measurements with the same tags.</summary>
    private IReadOnlyList<BoundedStructureUsage> _usage = [];
    private long _readAt;

    /// <summary>A bit for each instrument that the present reading has served. All set: there is none.</summary>
    private uint _served = uint.MaxValue;

    /// <param name="instrument">Which instrument asks: a small number of its own.</param>
    public IReadOnlyList<BoundedStructureUsage> Get(int instrument)
    {
        uint bit = 1u << instrument;
        lock (_gate)
        {
            if ((_served & bit) != 0 || timeProvider.GetElapsedTime(_readAt) >= LongestUse)
            {
                _usage = [.. read().GroupBy(static usage => (usage.Kind, usage.Name)).Select(static group => group.Aggregate(Add))];
                _readAt = timeProvider.GetTimestamp();
                _served = 0;
            }

            _served |= bit;
            return _usage;
        }
    }

    private static BoundedStructureUsage Add(BoundedStructureUsage a, BoundedStructureUsage b) => a with
    {
        Count = a.Count + b.Count,
        Capacity = Sum(a.Capacity, b.Capacity),
        Weight = Sum(a.Weight, b.Weight),
        MaxWeight = Sum(a.MaxWeight, b.MaxWeight),
        TotalHits = Sum(a.TotalHits, b.TotalHits),
        TotalMisses = Sum(a.TotalMisses, b.TotalMisses),
        TotalEvictions = Sum(a.TotalEvictions, b.TotalEvictions),
        OldestAge = a.OldestAge > b.OldestAge || b.OldestAge is null ? a.OldestAge : b.OldestAge,
    };

    private static long? Sum(long? a, long? b) => a is null ? b : a + (b ?? 0);
}
