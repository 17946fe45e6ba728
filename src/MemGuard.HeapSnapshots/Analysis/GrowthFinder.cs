namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Compares the summed dominator trees of two snapshots path by path.</summary>
internal static class GrowthFinder
{
    /// <returns>Positions in <paramref name="paths"/> where memory (or with an earlier snapshot, growth) accumulates.</returns>
    public static IReadOnlyList<int> FindPlaces(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode>? earlier, long minimumBytes)
    {
        (long[] bytes, long[] counts) = earlier is null
            ? ([.. paths.Select(static path => path.RetainedBytes)], [.. paths.Select(static path => path.TopCount)])
            : Grow(paths, earlier);
        return new AccumulationFinder(paths, bytes, counts).Find(minimumBytes);
    }

    /// <param name="snapshots">Paths of snapshots, the oldest first.</param>
    /// <param name="place">A position in the last one.</param>
    /// <returns>Whether the same path grew from each snapshot to the next.</returns>
    public static bool GrewAlways(IReadOnlyList<IReadOnlyList<PathNode>> snapshots, int place)
    {
        long before = -1;
        foreach (IReadOnlyList<PathNode> snapshot in snapshots)
        {
            int[] match = Match(snapshots[^1], snapshot);
            long now = match[place] < 0 ? 0 : snapshot[match[place]].RetainedBytes;
            if (now <= before)
            {
                return false;
            }

            before = now;
        }

        return true;
    }

    /// <returns>By how much each path has grown. A path that the earlier snapshot does not have has grown from nothing.</returns>
    public static (long[] Bytes, long[] Counts) Grow(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier)
    {
        int[] match = Match(paths, earlier);
        long[] bytes = new long[paths.Count];
        long[] counts = new long[paths.Count];
        for (int i = 0; i < paths.Count; i++)
        {
            bytes[i] = paths[i].RetainedBytes - (match[i] >= 0 ? earlier[match[i]].RetainedBytes : 0);
            counts[i] = paths[i].TopCount - (match[i] >= 0 ? earlier[match[i]].TopCount : 0);
        }

        return (bytes, counts);
    }

    // The position of each path in the earlier snapshot, or less than zero.
    private static int[] Match(IReadOnlyList<PathNode> paths, IReadOnlyList<PathNode> earlier)
    {
        Dictionary<(int Parent, string Label), int> before = [];
        for (int i = 0; i < earlier.Count; i++)
        {
            before.TryAdd((earlier[i].Parent, earlier[i].Label), i);
        }

        int[] match = new int[paths.Count];
        for (int i = 0; i < paths.Count; i++)
        {
            bool isOrphan = paths[i].Parent >= 0 && match[paths[i].Parent] < 0;
            int above = paths[i].Parent < 0 ? -1 : match[paths[i].Parent];
            match[i] = isOrphan ? -1 : before.GetValueOrDefault((above, paths[i].Label), -1);
        }

        return match;
    }
}
