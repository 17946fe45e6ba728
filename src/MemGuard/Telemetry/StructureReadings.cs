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

    /// <summary>As many as the registry lists at once.</summary>
    private const int MaxNames = 1024;

    private readonly Lock _gate = new();

    /// <summary>The present reading; structures of one name and kind are one to the user, and to a metrics backend, which would keep only one of several measurements with the same tags.</summary>
    private IReadOnlyList<BoundedStructureUsage> _usage = [];
    private readonly Dictionary<(StructureKind Kind, string Name), Totals> _totals = [];
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
                _usage = Raise([.. read().GroupBy(static usage => (usage.Kind, usage.Name)).Select(static group => group.Aggregate(Add))]);
                _readAt = timeProvider.GetTimestamp();
                _served = 0;
            }

            _served |= bit;
            return _usage;
        }
    }

    // A structure that is gone takes its counts with it, and a collector would read the fall of the sum as a restart, and count the rest again.
    private List<BoundedStructureUsage> Raise(List<BoundedStructureUsage> sums)
    {
        HashSet<(StructureKind, string)> alive = [.. sums.Select(static sum => (sum.Kind, sum.Name))];
        foreach ((StructureKind, string) gone in _totals.Keys.Where(name => !alive.Contains(name)))
        {
            // Kept: the next one of that name goes on from there.
            _totals[gone] = _totals[gone].End();
        }

        for (int i = 0; i < sums.Count; i++)
        {
            BoundedStructureUsage sum = sums[i];
            Totals last = _totals.GetValueOrDefault((sum.Kind, sum.Name));
            Totals totals = new(last.Hits.Follow(sum.TotalHits), last.Misses.Follow(sum.TotalMisses), last.Evictions.Follow(sum.TotalEvictions), last.Refusals.Follow(sum.TotalRefusals));

            // Names are few where they are not made up for each request.
            if (_totals.Count < MaxNames || _totals.ContainsKey((sum.Kind, sum.Name)))
            {
                _totals[(sum.Kind, sum.Name)] = totals;
            }

            sums[i] = sum with
            {
                TotalHits = totals.Hits.Of(sum.TotalHits),
                TotalMisses = totals.Misses.Of(sum.TotalMisses),
                TotalEvictions = totals.Evictions.Of(sum.TotalEvictions),
                TotalRefusals = totals.Refusals.Of(sum.TotalRefusals),
            };
        }

        return sums;
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
        TotalRefusals = Sum(a.TotalRefusals, b.TotalRefusals),
        OldestAge = a.OldestAge > b.OldestAge || b.OldestAge is null ? a.OldestAge : b.OldestAge,
    };

    private static long? Sum(long? a, long? b) => a is null ? b : a + (b ?? 0);

    private readonly record struct Totals(Total Hits, Total Misses, Total Evictions, Total Refusals)
    {
        public Totals End() => new(Hits.End(), Misses.End(), Evictions.End(), Refusals.End());
    }

    /// <summary>A sum as it was last, and what structures that are gone had counted.</summary>
    private readonly record struct Total(long Last, long Gone)
    {
        public Total Follow(long? sum) => sum is { } value ? new Total(value, Gone + Math.Max(0, Last - value)) : this;

        /// <summary>The last of a name is gone.</summary>
        public Total End() => new(0, Gone + Last);

        public long? Of(long? sum) => sum + Gone;
    }
}
