using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Service;

/// <summary>What has grown by type from a complete snapshot to an incomplete one. What did not arrive is not counted: each growth is at least as large as it is said to be.</summary>
internal sealed class GrowthByType
{
    /// <summary>Less than this share of the heap comes and goes.</summary>
    private const double MinimumHeapShare = 0.01;

    private GrowthByType(SnapshotData first, SnapshotData now)
    {
        First = first;
        Now = now;
        IReadOnlyList<HeapTypeGrowth> types = HeapSnapshotDiff.Compare(now.Types, first.Types);

        // What was lost, and another way of capturing, can give a type another name: such a type is new, and nothing is said of it.
        HashSet<string> known = new(first.Types.Select(static usage => usage.TypeName), StringComparer.Ordinal);
        Types = [.. types.Where(type => known.Contains(type.TypeName))];
        SeenBytes = Types.Sum(static type => type.GrowthBytes);
        TotalBytes = Math.Max(SeenBytes, (now.LiveBytes ?? 0) - first.TotalBytes);
    }

    public SnapshotData First { get; }

    public SnapshotData Now { get; }

    /// <summary>Types that grew in bytes, the most first.</summary>
    public IReadOnlyList<HeapTypeGrowth> Types { get; }

    /// <summary>The sum of the above.</summary>
    public long SeenBytes { get; }

    /// <summary>By how much the heap has grown as far as that is known, also by what did not arrive.</summary>
    public long TotalBytes { get; }

    /// <returns>Null unless the first is complete and the second is not, and when next to nothing that grew has arrived.</returns>
    public static GrowthByType? Find(SnapshotData? first, SnapshotData? now)
    {
        if (first is not { IncompleteBecause: null } || now is not { IncompleteBecause: not null })
        {
            return null;
        }

        GrowthByType growth = new(first, now);
        return growth.SeenBytes >= Math.Max(MinimumHeapShare * first.TotalBytes, 1) ? growth : null;
    }
}
