using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots;

/// <summary>What has grown from one snapshot to the next, by the path of dominators and not by type: two collections of the same type stay two.</summary>
public sealed class HeapSnapshotDiff
{
    // The nearest ones say what it is; a path can have thousands.
    private const int MaxLabels = 20;

    private HeapSnapshotDiff(SnapshotData first, SnapshotData last, long growthBytes, long unexplainedBytes, IReadOnlyList<HeapGrowth> growth)
    {
        BaselineTakenAt = first.TakenAt;
        Elapsed = last.TakenAt - first.TakenAt;
        Types = Compare(last.Types, first.Types);
        GrowthBytes = growthBytes;
        UnexplainedBytes = unexplainedBytes;
        Growth = growth;
    }

    /// <summary>When the first of the snapshots was taken.</summary>
    public DateTimeOffset BaselineTakenAt { get; }

    /// <summary>The time between the first and the last.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Types that grew in bytes, the most first; of those that the snapshots list.</summary>
    public IReadOnlyList<HeapTypeGrowth> Types { get; }

    /// <summary>Live bytes now less live bytes then; negative when the heap shrank. MemGuard's own are left out.</summary>
    public long GrowthBytes { get; }

    /// <summary>Growth that lies in none of the places listed; zero when they explain all of it.</summary>
    public long UnexplainedBytes { get; }

    /// <summary>Places that grew: those that grew in every interval first, then by bytes.</summary>
    public IReadOnlyList<HeapGrowth> Growth { get; }

    /// <param name="snapshots">At least two, the oldest first.</param>
    internal static HeapSnapshotDiff Between(IReadOnlyList<SnapshotData> snapshots)
    {
        SnapshotData first = snapshots[0];
        SnapshotData last = snapshots[^1];
        long total = GrowthFinder.TotalOf(last.TotalBytes - last.OwnBytes, first);
        (long[] bytes, long[] counts) = GrowthFinder.Grow(last.Paths, first.Paths);
        long positive = Math.Max(total, 1);
        IReadOnlyList<int> places = GrowthFinder.FindGrown(last.Paths, first.Paths, total);
        Dictionary<int, long> own = GrowthFinder.Separate(last.Paths, places, bytes);
        List<HeapGrowth> growth = [];
        foreach (int place in places)
        {
            HeapDominator now = Describe(last, place);
            growth.Add(new HeapGrowth
            {
                Place = now,
                GrowthBytes = own[place],
                GrowthCount = CountGrowth(last.Paths, counts, place),
                ShareRatio = (double)own[place] / positive,
                GrewInEveryInterval = GrowthFinder.GrewAlways([.. snapshots.Select(static snapshot => snapshot.Paths)], place),
            });
        }

        return new HeapSnapshotDiff(first, last, total, Math.Max(total - own.Values.Sum(), 0), [.. growth.OrderByDescending(static place => place.GrewInEveryInterval).ThenByDescending(static place => place.GrowthBytes)]);
    }

    /// <summary>Of an incomplete last snapshot: its types, which grew by at least so much. What is not known about places is left out.</summary>
    internal static HeapSnapshotDiff ByType(SnapshotData first, SnapshotData last) => new(first, last, 0, 0, []);

    /// <returns>Types that grew in bytes, the most first.</returns>
    internal static IReadOnlyList<HeapTypeGrowth> Compare(IReadOnlyList<HeapTypeUsage> now, IReadOnlyList<HeapTypeUsage> before)
    {
        ILookup<string, HeapTypeUsage> earlier = before.ToLookup(static usage => usage.TypeName, StringComparer.Ordinal);
        return [.. now
            .GroupBy(static usage => usage.TypeName, StringComparer.Ordinal)
            .Select(same => new HeapTypeGrowth
            {
                TypeName = same.Key,
                GrowthBytes = same.Sum(static usage => usage.TotalBytes) - earlier[same.Key].Sum(static usage => usage.TotalBytes),
                GrowthCount = same.Sum(static usage => usage.Count) - earlier[same.Key].Sum(static usage => usage.Count),
            })
            .Where(static type => type.GrowthBytes > 0)
            .OrderByDescending(static type => type.GrowthBytes)
            .ThenBy(static type => type.TypeName, StringComparer.Ordinal)];
    }

    private static HeapDominator Describe(SnapshotData data, int path)
    {
        for (int current = path; current >= 0; current = data.Paths[current].Parent)
        {
            if (data.Paths[current].Place >= 0)
            {
                return data.Places[data.Paths[current].Place];
            }
        }

        // A place too small to have been named when its snapshot was taken: the path itself has to do.
        List<string> labels = [];
        for (int current = path; current > 0 && labels.Count < MaxLabels; current = data.Paths[current].Parent)
        {
            labels.Add(data.Paths[current].Label);
        }

        labels.Reverse();

        PathNode node = data.Paths[path];
        return new HeapDominator
        {
            Name = string.Join(" → ", labels),
            RetainedBytes = node.RetainedBytes,
            Count = node.Count,
            CountUnit = "objects",
            TypeName = node.Label,
            ShareRatio = (double)node.RetainedBytes / Math.Max(data.TotalBytes, 1),
        };
    }

    // What accumulates lies below the place, unless the place is itself a crowd.
    private static long CountGrowth(IReadOnlyList<PathNode> paths, long[] counts, int place)
    {
        long most = counts[place];
        for (int i = place + 1; i < paths.Count; i++)
        {
            most = paths[i].Parent == place ? Math.Max(most, counts[i]) : most;
        }

        return most;
    }
}
