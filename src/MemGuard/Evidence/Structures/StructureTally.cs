using MemGuard.Bounded;

namespace MemGuard.Evidence;

/// <summary>What all structures of one name and kind hold and have done: they are one to the user.</summary>
/// <param name="Count">Items now.</param>
/// <param name="Capacity">The most items; 0 when nothing bounds it.</param>
/// <param name="Weight">In the weigher's unit, which is not bytes; null without a weigher.</param>
/// <param name="Losses">Items that were taken and lost because of a bound.</param>
/// <param name="Hits">Reads that found their item; null where they are not counted.</param>
/// <param name="Misses">Reads that did not.</param>
internal sealed record StructureTally(long Count, long Capacity, long? Weight, long Losses, long? Hits, long? Misses)
{
    private static readonly StructureTally Nothing = new(0, 0, null, 0, null, null);

    /// <summary>The share of reads that found their item, 0–1; null where they are not counted and without a read.</summary>
    public double? HitRatio => Hits is { } hits && Misses is { } misses && hits + misses > 0 ? (double)hits / (hits + misses) : null;

    /// <summary>What has happened since an earlier tally; what is there is that of now.</summary>
    public StructureTally Since(StructureTally? before) => before is null ? this : this with
    {
        // A structure that is gone took its counts with it: less than nothing has not happened.
        Losses = Math.Max(0, Losses - before.Losses),
        Hits = Math.Max(0, (Hits - before.Hits) ?? Hits ?? 0),
        Misses = Math.Max(0, (Misses - before.Misses) ?? Misses ?? 0),
    };

    public static Dictionary<(StructureKind Kind, string Name), StructureTally> Take(IEnumerable<BoundedStructureUsage> structures)
    {
        Dictionary<(StructureKind, string), StructureTally> tallies = [];
        foreach (BoundedStructureUsage usage in structures)
        {
            tallies[(usage.Kind, usage.Name)] = tallies.GetValueOrDefault((usage.Kind, usage.Name), Nothing).Add(usage);
        }

        return tallies;
    }

    private StructureTally Add(BoundedStructureUsage usage) => new(
        Count + usage.Count,
        Capacity + (usage.Capacity ?? 0),
        Sum(Weight, usage.Weight),
        Losses + (usage.TotalEvictions ?? 0),
        Sum(Hits, usage.TotalHits),
        Sum(Misses, usage.TotalMisses));

    private static long? Sum(long? a, long? b) => a is null ? b : a + (b ?? 0);
}
