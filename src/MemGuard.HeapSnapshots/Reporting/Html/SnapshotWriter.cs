using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Snapshots for the page.</summary>
internal static class SnapshotWriter
{
    private const int MaxPlaces = 20;
    private const int MaxTypes = 50;
    private const int MaxGrowth = 30;
    private const int MaxIcicleNodes = 150;
    private const int MaxIcicleDepth = 10;
    private const double SmallestIcicleShare = 0.004;

    public static SnapshotSummary WriteSummary(string id, HeapSnapshot snapshot) => new()
    {
        Id = id,
        TakenAt = snapshot.TakenAt,
        Reason = PageText.Sentence(snapshot.Reason),
        ObjectCount = snapshot.ObjectCount,
        LiveBytes = snapshot.TotalBytes,
        PauseSeconds = snapshot.Pause.TotalSeconds,
        IncompleteBecause = snapshot.IncompleteBecause is { } missing ? PageText.Sentence(missing) : null,
    };

    public static SnapshotDetail WriteDetail(string id, HeapSnapshot snapshot) => new()
    {
        Snapshot = WriteSummary(id, snapshot),
        Places = [.. snapshot.Dominators.Take(MaxPlaces).Select(WritePlace)],
        Types = [.. snapshot.Types.Take(MaxTypes).Select(static usage => new SnapshotType { Name = PageText.Name(usage.TypeName), Count = usage.Count, Bytes = usage.TotalBytes })],
        Icicle = WriteIcicle(snapshot.Data.Paths),
    };

    public static SnapshotDiffPage WriteDiff(string fromId, HeapSnapshot from, string toId, HeapSnapshot to)
    {
        SnapshotDiffPage page = new() { From = WriteSummary(fromId, from), To = WriteSummary(toId, to) };
        if (!to.Data.IsComparableWith(from.Data))
        {
            return page with { RefusedBecause = "The two were not captured in the same way, or one of them is incomplete: what one way of capturing names and another does not would look like growth." };
        }

        return Fill(page, to.DiffFrom(from));
    }

    /// <summary>A comparison whose other side is not at hand: only when it was taken and how much lived then is known.</summary>
    public static SnapshotDiffPage WriteDiff(HeapSnapshotDiff diff, string toId, HeapSnapshot to) => Fill(
        new SnapshotDiffPage
        {
            From = new SnapshotSummary { Id = "baseline", TakenAt = diff.BaselineTakenAt, Reason = "the baseline", LiveBytes = to.TotalBytes - diff.GrowthBytes },
            To = WriteSummary(toId, to),
        },
        diff);

    private static SnapshotDiffPage Fill(SnapshotDiffPage page, HeapSnapshotDiff diff) => page with
    {
        GrowthBytes = diff.GrowthBytes,
        UnexplainedBytes = diff.UnexplainedBytes,
        Growth = [.. diff.Growth.Take(MaxGrowth).Select(WriteGrowth)],
    };

    private static SnapshotPlace WritePlace(HeapDominator place) => new()
    {
        Name = PageText.Name(place.Name),
        RetainedBytes = place.RetainedBytes,
        ShareRatio = place.ShareRatio,
        Count = place.Count,
        CountUnit = PageText.Name(place.CountUnit),
        Owner = place.Owner is { } owner ? PageText.Name(owner) : null,
        NextStep = place.NextStep is { } next ? PageText.Whole(PageText.Sentence(next)) : null,
        Fingerprint = place.Fingerprint,
        Chain = AlertWriter.ChainOf(place),
    };

    private static SnapshotGrowth WriteGrowth(HeapGrowth growth) => new()
    {
        Name = PageText.Name(growth.Place.Name),
        NowBytes = growth.Place.RetainedBytes,
        ThenBytes = growth.Place.RetainedBytes - growth.GrowthBytes,
        GrowthBytes = growth.GrowthBytes,
        NowCount = growth.Place.Count,
        ThenCount = growth.Place.Count - growth.GrowthCount,
        CountUnit = PageText.Name(growth.Place.CountUnit),
        ShareRatio = growth.ShareRatio,
        Chain = AlertWriter.ChainOf(growth.Place),
    };

    // The largest entries whose parents are in it too: parents come before their children in the file, and are at least as large.
    private static List<IcicleNode> WriteIcicle(IReadOnlyList<PathNode> paths)
    {
        if (paths.Count == 0)
        {
            return [];
        }

        long smallest = (long)(paths[0].RetainedBytes * SmallestIcicleShare);
        int[] depths = new int[paths.Count];
        List<int> candidates = [];
        for (int i = 0; i < paths.Count; i++)
        {
            depths[i] = paths[i].Parent < 0 ? 0 : depths[paths[i].Parent] + 1;
            if (depths[i] <= MaxIcicleDepth && paths[i].RetainedBytes >= smallest)
            {
                candidates.Add(i);
            }
        }

        int[] chosen = [.. candidates.OrderByDescending(index => paths[index].RetainedBytes).ThenBy(static index => index).Take(MaxIcicleNodes).Order()];
        Dictionary<int, int> positions = [];
        List<IcicleNode> nodes = [];
        foreach (int index in chosen)
        {
            int parent = paths[index].Parent;
            if (parent >= 0 && !positions.ContainsKey(parent))
            {
                continue;
            }

            positions[index] = nodes.Count;
            nodes.Add(new IcicleNode
            {
                Parent = parent < 0 ? -1 : positions[parent],
                Label = PageText.Name(index == 0 ? "all live objects" : paths[index].Label),
                Bytes = paths[index].RetainedBytes,
                Count = paths[index].Count,
            });
        }

        return nodes;
    }
}
